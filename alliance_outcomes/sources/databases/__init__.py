"""Databases that a query can read, one a file, found by looking in this folder.

Each module has ``opened``, which gives the names of the columns and the rows, and lets nothing but reading happen.
"""
