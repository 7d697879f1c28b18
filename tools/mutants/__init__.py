"""What tools/mutation.py is made of: the faults, which test reaches which line, the runs of the tests."""
