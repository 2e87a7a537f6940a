# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.host_names import Names, addresses_of, hosts_of

LONG = 60.0


class Resolver:
    """Counts what it is asked, and answers by ``known``; a name in ``slow`` waits until it is let go."""

    def __init__(self, known, slow=()):
        self.known = known
        self.slow = {name: threading.Event() for name in slow}
        self.asked = []
        self.ended = threading.Semaphore(0)

    def __call__(self, name):
        self.asked.append(name)
        if name in self.slow:
            self.slow[name].wait(LONG)
        try:
            return self.known.get(name, ())
        finally:
            self.ended.release()


def test_a_name_that_resolves_is_asked_for_once():
    resolver = Resolver({"a": ["10.0.0.1"]})
    names = Names(resolver)
    for _look in range(3):
        names.begin_look()
        names.ask(["a", "a"])
        assert [names.addresses("a"), names.addresses("a")] == [["10.0.0.1"]] * 2
    assert resolver.asked == ["a"]


def test_a_name_that_does_not_resolve_is_asked_for_once_in_a_look():
    resolver = Resolver({})
    names = Names(resolver)
    for _look in range(2):
        names.begin_look()
        assert [names.addresses("a") for _task_and_port in range(20)] == [()] * 20
    assert resolver.asked == ["a", "a"]
    resolver.known["a"] = ["10.0.0.1"]
    names.begin_look()
    assert names.addresses("a") == ["10.0.0.1"]


@pytest.mark.parametrize("address", ["10.0.0.1", "::1"])
def test_an_address_is_not_asked_for(address):
    resolver = Resolver({})
    assert Names(resolver).addresses(address) == () and not resolver.asked


def test_a_slow_resolver_is_waited_for_only_as_long_as_there_is_patience_in_all():
    resolver = Resolver({name: ["10.0.0.1"] for name in "abc"}, slow="abc")
    names = Names(resolver, patience=0.3)
    names.begin_look()
    names.ask("abc")
    assert [names.addresses(name) for name in "abc"] == [()] * 3
    # The patience is used up: a look that follows waits no more, and asks no second time for what was not answered.
    assert names._patience == 0
    names.begin_look()
    assert names.addresses("a") == () and sorted(resolver.asked) == ["a", "b", "c"]
    # What comes late counts in the look after.
    resolver.slow["a"].set()
    assert resolver.ended.acquire(timeout=LONG)
    names.begin_look()
    assert names._asked["a"].result(LONG) == ["10.0.0.1"] and names.addresses("a") == ["10.0.0.1"]
    for event in resolver.slow.values():
        event.set()


def test_names_are_asked_for_at_the_same_time():
    both = threading.Barrier(2, timeout=LONG)
    names = Names(lambda name: [str(both.wait())], patience=LONG)
    names.ask(["a", "b"])
    assert sorted([*names.addresses("a"), *names.addresses("b")]) == ["0", "1"]


def test_hosts_of():
    apps = [{"tasks": [{"host": "a"}, {"host": "b"}]}, {"tasks": None}, {}, {"tasks": [{"host": "a"}]}]
    assert hosts_of(apps) == {"a", "b"}


@pytest.mark.parametrize(
    ("name", "addresses"), [("10.0.0.1", []), ("::1", []), ("no.such.name.invalid", []), ("a..b", [])]
)
def test_what_has_no_other_address(name, addresses):
    assert addresses_of(name) == addresses


def test_short_forms_of_addresses_are_resolved_too():
    assert addresses_of("127.2") == ["127.0.0.2"]
