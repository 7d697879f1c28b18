"""A disk that forgets what was not synced: an SQLite VFS in memory whose power can be cut before any write or sync.

Each file has the content programs see and the content that would survive. A write goes to the first only; a sync copies it to the second.
"""

import sqlite3
from urllib.parse import unquote, urlparse

import apsw


class PowerCut(Exception):
    """The power is gone: from now on nothing reaches the disk."""


class Disk(apsw.VFS):
    """`files`: {path: [seen, surviving or None]}. `countdown`: writes and syncs left until the cut (None: never)."""

    def __init__(self, name, files):
        self.files = {path: [bytearray(content), bytes(content)] for path, content in files.items()}
        self.countdown, self.operations = None, 0
        super().__init__(name, "")

    def step(self):
        self.operations += 1
        if self.countdown is not None:
            self.countdown -= 1
            if self.countdown < 0:
                raise PowerCut

    def survivors(self, unsynced):
        """{path: bytes} after the cut; `unsynced`: "lost", "kept" (as after kill -9), or "torn" (the later half of each file is lost)."""
        found = {}
        for path, (seen, surviving) in self.files.items():
            if unsynced == "kept":
                found[path] = bytes(seen)
            elif unsynced == "torn":
                half = len(seen) // 2 // 512 * 512
                found[path] = bytes(seen[:half]) + bytes(surviving or b"")[half:]
            elif surviving is not None:
                found[path] = surviving
        return found

    def xFullPathname(self, name):
        return name

    def xAccess(self, path, flags):
        return path in self.files

    def xDelete(self, path, sync):
        self.step()
        self.files.pop(path, None)

    def xOpen(self, name, flags):
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self.files.setdefault(path, [bytearray(), None])
        return DiskFile(self, path)


class DiskFile:
    """One open file of a Disk; locks are granted, as there is one program only."""

    def __init__(self, disk, path):
        self.disk, self.content = disk, disk.files[path]

    def xRead(self, amount, offset):
        return bytes(self.content[0][offset : offset + amount])

    def xWrite(self, data, offset):
        self.disk.step()
        seen = self.content[0]
        seen.extend(bytes(max(0, offset - len(seen))))
        seen[offset : offset + len(data)] = data

    def xTruncate(self, size):
        self.disk.step()
        del self.content[0][size:]

    def xSync(self, flags):
        self.disk.step()
        self.content[1] = bytes(self.content[0])

    def xFileSize(self):
        return len(self.content[0])

    def xSectorSize(self):
        return 512

    def xDeviceCharacteristics(self):
        return 0

    def xCheckReservedLock(self):
        return False

    def xFileControl(self, op, pointer):
        return False

    def xLock(self, level):
        pass

    xUnlock = xLock

    def xClose(self):
        pass


class Cursor:
    """apsw's cursor in the words of sqlite3."""

    def __init__(self, cursor):
        self._rows = iter(cursor)

    def __iter__(self):
        return self._rows

    def fetchone(self):
        return next(self._rows, None)

    def fetchall(self):
        return list(self._rows)

    def fetchmany(self, size):
        return [row for _, row in zip(range(size), self._rows)]


class Connection:
    """apsw's connection in the words of sqlite3, on a Disk."""

    def __init__(self, uri, vfs):
        path = unquote(urlparse(uri).path)
        self._real = apsw.Connection(path, vfs=vfs, flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)

    def execute(self, sql, parameters=()):
        try:
            return Cursor(self._real.cursor().execute(sql, parameters))
        except apsw.Error as error:
            raise sqlite3.OperationalError(str(error)) from error

    def executemany(self, sql, rows):
        return self._real.cursor().executemany(sql, rows)

    def create_function(self, name, count, function, deterministic=False):
        self._real.create_scalar_function(name, function, count, deterministic=deterministic)

    def close(self):
        self._real.close()
