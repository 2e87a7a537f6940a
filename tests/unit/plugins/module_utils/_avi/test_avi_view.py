# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi import view
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import traffic

STATE = {"oper_status": {"state": "OPER_UP"}}


class FakeAvi:
    """Answers from a mapping of paths, and keeps what it was asked."""

    tenant = "blue"
    api_version = "17.2.14"
    date = "Tue, 24 Nov 2026 10:00:00 GMT"

    def __init__(self, objects):
        self.objects = objects
        self.asked = []

    def collection(self, kind, name, **_filters):
        found = self.object(kind, name)
        return [found] if found else []

    def object(self, *path):
        self.asked.append("/".join(path))
        return self.objects.get("/".join(path))

    def runtime(self, kind, uuid, part=""):
        return self.object(*filter(None, (kind, uuid, "runtime", part)))


def pool(uuid, port, **fields):
    address = {"addr": "127.0.0.2"}
    return {
        f"pool/{uuid}": {"uuid": uuid, "name": uuid, "servers": [{"ip": address, "port": port}], **fields},
        f"pool/{uuid}/runtime/server": [{"ip_addr": address, "port": port, **STATE}],
        f"pool/{uuid}/runtime/detail": [{"pool_stats": {"current_connections": port}}],
    }


def service(**fields):
    return {"virtualservice/app1": {"uuid": "vs", "name": "app1", **fields}, "virtualservice/vs/runtime": STATE}


def test_a_and_b():
    avi = FakeAvi(
        {
            **service(pool_ref="/api/pool/a"),
            **pool("a", 1, ab_pool={"pool_ref": "/api/pool/b", "ratio": 100}),
            **pool("b", 2),
        }
    )
    seen = view.look_at(avi, "app1")
    assert (seen.asked_name, seen.tenant, seen.api_version, seen.virtual_service.oper_state) == (
        "app1",
        "blue",
        "17.2.14",
        "OPER_UP",
    )
    assert {uuid: (found.servers_up, found.connections) for uuid, found in seen.pools.items()} == {
        "a": (1, 1),
        "b": (1, 2),
    }
    assert traffic(seen).taker.pool.name == "b"
    assert len(avi.asked) == len(set(avi.asked)) == 8


def test_a_pool_that_names_itself_or_one_that_is_gone():
    for other in ("a", "gone"):
        avi = FakeAvi(
            {**service(pool_ref="/api/pool/a"), **pool("a", 1, ab_pool={"pool_ref": f"/api/pool/{other}", "ratio": 0})}
        )
        assert list(view.look_at(avi, "app1").pools) == ["a"]


def test_pool_group():
    members = [{"pool_ref": f"/api/pool/{uuid}", "priority_label": label} for uuid, label in (("a", "1"), ("b", "10"))]
    avi = FakeAvi(
        {
            **service(pool_group_ref="/api/poolgroup/g"),
            "poolgroup/g": {"uuid": "g", "name": "g", "members": members},
            **pool("a", 1),
            **pool("b", 2),
        }
    )
    seen = view.look_at(avi, "app1")
    assert list(seen.pools) == ["a", "b"]
    assert traffic(seen).taker.pool.name == "b"


class OneGoes(FakeAvi):
    """Deletes a pool, and what names it, as soon as it was named."""

    def __init__(self, objects, naming, then):
        super().__init__(objects)
        self.naming, self.then = naming, then

    def object(self, *path):
        answer = super().object(*path)
        if "/".join(path) == self.naming:
            self.objects[self.naming] = self.then
            for key in [key for key in self.objects if key.startswith("pool/gone")]:
                del self.objects[key]
        return answer


def test_a_member_that_is_deleted_between_two_reads():
    """Another tenant's version: the group is read again, and names it no more."""

    def group(*uuids):
        members = [
            {"pool_ref": f"/api/pool/{uuid}", "priority_label": str(number)} for number, uuid in enumerate(uuids)
        ]
        return {"uuid": "g", "name": "g", "members": members}

    objects = {
        **service(pool_group_ref="/api/poolgroup/g"),
        "poolgroup/g": group("a", "gone"),
        **pool("a", 1),
        **pool("gone", 2),
    }
    avi = OneGoes(objects, "poolgroup/g", group("a"))
    seen = view.look_at(avi, "app1")
    assert [member.pool for member in seen.group.members] == list(seen.pools) == ["a"]
    assert traffic(seen).taker.pool.name == "a"
    # Of many members that come and go, each look would else begin anew again and again.
    assert (avi.asked.count("poolgroup/g"), avi.asked.count("pool/a")) == (2, 1)


def test_a_b_pool_that_is_deleted_between_two_reads():
    objects = {
        **service(pool_ref="/api/pool/a"),
        **pool("a", 1, ab_pool={"pool_ref": "/api/pool/gone", "ratio": 0}),
        **pool("gone", 2),
    }
    then = {key: value for key, value in objects["pool/a"].items() if key != "ab_pool"}
    seen = view.look_at(OneGoes(objects, "pool/a", then), "app1")
    assert list(seen.pools) == ["a"]
    assert seen.pools["a"].ab_pool is None


def test_a_member_that_stays_away_is_read_twice():
    members = [{"pool_ref": f"/api/pool/{uuid}", "priority_label": "1"} for uuid in ("a", "gone")]
    avi = FakeAvi(
        {
            **service(pool_group_ref="/api/poolgroup/g"),
            "poolgroup/g": {"uuid": "g", "name": "g", "members": members},
            **pool("a", 1),
        }
    )
    assert list(view.look_at(avi, "app1").pools) == ["a"]
    assert avi.asked.count("poolgroup/g") == 2


def test_for_how_long_it_has_been_so():
    """In a pool group the states of servers count as well; in both, an object that does not tell leaves it unknown."""
    changed = {"_last_modified": "1795514340000000"}  # a minute before
    state = {"oper_status": {"state": "OPER_UP", "last_changed_time": {"secs": 1795514380, "usecs": 0}}}
    pools = {**pool("a", 1, **changed), **pool("b", 2, **changed)}
    for row in [*pools["pool/a/runtime/server"], *pools["pool/b/runtime/server"]]:
        row.update(state)
    members = [{"pool_ref": f"/api/pool/{uuid}", "priority_label": label} for uuid, label in (("a", "1"), ("b", "10"))]
    group = {"poolgroup/g": {"uuid": "g", "name": "g", "members": members, **changed}}
    assert view.look_at(FakeAvi({**service(pool_ref="/api/pool/a", **changed), **pools}), "app1").settled == 60
    grouped = {**service(pool_group_ref="/api/poolgroup/g", **changed), **group, **pools}
    assert view.look_at(FakeAvi(grouped), "app1").settled == 20
    del group["poolgroup/g"]["_last_modified"]
    assert view.look_at(FakeAvi(grouped), "app1").settled is None


def test_what_is_not_there():
    avi = FakeAvi({})
    assert view.look_at(avi, "app1").virtual_service is None
    assert avi.asked == ["virtualservice/app1"]


def test_a_pool_group_that_is_gone():
    assert view.look_at(FakeAvi(service(pool_group_ref="/api/poolgroup/g")), "app1").group is None


def test_only_what_is_asked_for_is_gathered():
    avi = FakeAvi(pool("a", 1))
    config = avi.object("pool", "a")
    assert view.pool_of(avi, config, ()).connections is None
    assert len(avi.asked) == 1
    assert view.pool_of(avi, config, ["servers"]).servers_up == 1
    assert avi.asked[1:] == ["pool/a/runtime/server"]


AB = {
    **service(pool_ref="/api/pool/a"),
    **pool("a", 1, ab_pool={"pool_ref": "/api/pool/b", "ratio": 0}),
    **pool("b", 2),
}
GROUP = {
    **service(pool_group_ref="/api/poolgroup/g"),
    "poolgroup/g": {"uuid": "g", "name": "g", "members": [{"pool_ref": "/api/pool/a", "priority_label": "1"}]},
    **pool("a", 1),
}
UNUSED = {"pool_ref": "/api/pool/b", "priority_label": "10"}


def glance(objects, change):
    """Whether it is unchanged once ``change`` was made of what Avi shows, and what was asked to find out."""
    seen = view.look_at(FakeAvi(objects), "app1")
    avi = FakeAvi(copy.deepcopy(objects))
    change(avi.objects)
    return view.is_unchanged(avi, seen, [seen.pools["a"]]), avi.asked


@pytest.mark.parametrize(
    ("objects", "setting", "change"),
    [
        (AB, "pool/a", lambda shown: shown["pool/a"].update(a_pool="app1-100", _last_modified="2")),
        (GROUP, "poolgroup/g", lambda shown: shown["poolgroup/g"].update(_last_modified="2")),
        (GROUP, "poolgroup/g", lambda shown: shown["pool/a/runtime/server"].append({"ip_addr": {}, "port": 9})),
    ],
)
def test_a_glance_finds_all_as_it_was(objects, setting, change):
    assert glance(objects, change) == (True, [setting, "pool/a/runtime/server"])


@pytest.mark.parametrize(
    ("objects", "change"),
    [
        (AB, lambda shown: shown["pool/a"]["ab_pool"].update(ratio=100)),
        (AB, lambda shown: shown["pool/a"].pop("ab_pool")),
        (AB, lambda shown: shown.pop("pool/a")),
        (AB, lambda shown: shown["pool/a/runtime/server"][0].update(oper_status={"state": "OPER_DOWN"})),
        (AB, lambda shown: shown["pool/a/runtime/server"].append({"ip_addr": {"addr": "127.0.0.2"}, "port": 9, **STATE})),
        (AB, lambda shown: shown["pool/a/runtime/server"].clear()),
        (GROUP, lambda shown: shown["poolgroup/g"]["members"].append(UNUSED)),
        (GROUP, lambda shown: shown["poolgroup/g"]["members"][0].update(ratio=0)),
        (GROUP, lambda shown: shown.pop("poolgroup/g")),
        (GROUP, lambda shown: shown["pool/a/runtime/server"][0].update(oper_status={"state": "OPER_DOWN"})),
    ],
)  # fmt: skip
def test_a_glance_finds_what_has_changed(objects, change):
    assert glance(objects, change)[0] is False


def test_of_a_virtual_service_that_was_not_found_everything_is_looked_at():
    avi = FakeAvi({})
    assert view.is_unchanged(avi, view.look_at(avi, "app1"), []) is False


class TwoClouds(FakeAvi):
    """Two clouds have a virtual service app1; ``filters`` is whether the Controller knows the filter by cloud."""

    def __init__(self, filters):
        super().__init__({**service(pool_ref="/api/pool/a"), **pool("a", 1)})
        self.filters = filters

    def collection(self, kind, name, **filters):
        cloud = filters["cloud_ref.name"]
        found = [
            {**self.objects["virtualservice/app1"], "uuid": uuid, "cloud_ref": f"https://c/api/cloud/cloud-{n}#{n}"}
            for uuid, n in (("vs", "One"), ("other", "Two"))
        ]
        return [item for item in found if not (self.filters and cloud) or item["cloud_ref"].endswith(f"#{cloud}")]


def test_of_two_clouds_none_is_taken_unless_it_is_named():
    seen = view.look_at(TwoClouds(filters=True), "app1")
    assert (seen.virtual_service, seen.clouds) == (None, ("One", "Two"))
    (problem,) = traffic(seen).problems
    assert problem.code == "several_virtualservices"
    assert "in the clouds One, Two. Say which cloud is meant" in problem.sentence
    seen = view.look_at(TwoClouds(filters=True), "app1", "One")
    assert (seen.virtual_service.uuid, seen.clouds, seen.cloud) == ("vs", (), "One")
    assert traffic(seen).taker.pool.name == "a"


@pytest.mark.parametrize("filters", [True, False])
def test_a_cloud_that_has_none_is_not_another_one(filters):
    avi = TwoClouds(filters)
    avi.collection = lambda kind, name, **given: TwoClouds.collection(avi, kind, name, **given)[: 0 if filters else 1]
    seen = view.look_at(avi, "app1", "Three")
    assert seen.virtual_service is None
    assert "in tenant blue and cloud Three" in traffic(seen).problems[0].sentence
