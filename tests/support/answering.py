"""What the processes of test_workers answer with."""

import os
import time


def answer(data):
    said = bytes(data)
    if said == b"fail":
        raise ValueError
    if said == b"end":
        os._exit(1)
    if said == b"sleep":
        time.sleep(60)
    if said == b"speak":
        os.write(1, b"a library has something to say\n")
        print("and so has Python", flush=True)
    return str(os.getpid()).encode() if said in (b"speak", b"who") else said[::-1]
