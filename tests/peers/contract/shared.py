"""What the services of the contract server share: answers, settings of the test, counters."""

import itertools
import time

TOKEN, USER, PASSWORD, MAAS_KEY = "acceptance-token", "admin", "acceptance", ("consumer", "token", "secret")
SET, SERIAL = {}, itertools.count(1)


class Answer(Exception):
    def __init__(self, status, body=None, headers=None, text=None):
        super().__init__(status)
        self.status, self.body, self.headers, self.text = status, body, headers or {}, text


def number():
    return next(SERIAL)


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
