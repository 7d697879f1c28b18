"""Submission packages: folders and archives, and what lies in them."""
