"""stub"""


def selection_report(*a):
    return None


def search_report(*a):
    return None


def write_siting_reports(*a):
    return None
