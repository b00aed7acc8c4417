# The documented requests of the original's v2 interface, as scripts make them, and each field of each answer.
# Arguments: the server's address, and the tokens of a person with clio_write in vnc, of a member of a group with her, and of an
# administrator. Prints how many answers were compared, or the first that is not as expected.
import sys

import requests

BASE, CLEO, BOB, ROOT = sys.argv[1:]
BIG = 18446744073709551615
compared = 0


def client(token):
    session = requests.Session()
    session.headers.update(
        {"Authorization": "Bearer " + token, "Content-type": "application/json"}
    )
    return session


cleo, bob, root = client(CLEO), client(BOB), client(ROOT)


def same(got, wanted, what):
    global compared
    compared += 1
    if got != wanted:
        sys.exit("%s: got %r, expected %r" % (what, got, wanted))


def ask(who, method, path, wanted=None, status=200, **options):
    answer = who.request(method, BASE + path, timeout=30, **options)
    what = "%s %s" % (method, path)
    same(answer.status_code, status, what + " " + answer.text[:300])
    same(
        answer.headers["Content-Type"].split(";")[0],
        "application/json" if status == 200 else "application/problem+json",
        what,
    )
    body = answer.json()
    if status != 200:
        same(sorted(body), ["code", "detail", "status", "title", "type"], what)
        same(body["status"], status, what)
    elif wanted is not None:
        same(body, wanted, what)
    return body


# 2.1 and 2.10: who one is.
DATASETS = {"vnc": ["clio_write"]}
ask(
    cleo,
    "GET",
    "/v2/roles?app=clio-py",
    {
        "email": "cleo@lab.org",
        "disabled": False,
        "global_roles": [],
        "datasets": DATASETS,
        "datasets_ignore_tos": DATASETS,
        "missing_tos": [],
        "groups": ["lab"],
    },
)
ask(requests, "GET", "/v2/roles", status=401)
ask(cleo, "POST", "/v2/server/token", status=403)

# 2.2: annotations, one of each kind, with and without a slash at the end.
ANNOTATIONS = "/v2/annotations/vnc"


def item(kind, pos, **more):
    return dict({"kind": kind, "pos": pos, "tags": [], "description": ""}, **more)


def kept(sent, key, user="cleo@lab.org"):
    prop = dict({"checked": False}, **sent.get("prop", {}))
    return dict(sent, user=user, key=key, prop=prop)


point = item(
    "point",
    [10, -20, 30],
    prop={"timestamp": "1600000000000", "type": "Merge", "bodyid": BIG},
    description='a "note", of two\nlines',
    tags=["a", "b"],
    title="T",
)
line = item("lineseg", [1, 2, 3, 4, 5, 6], prop={"timestamp": "5"})
sphere = item("sphere", [0, 0, 0, 8, 0, 0], prop={"timestamp": "7", "type": "Soma"})
ask(cleo, "POST", ANNOTATIONS, {"key": "Pt10_-20_30"}, json=point)
ask(
    cleo,
    "PUT",
    ANNOTATIONS + "/",
    {"keys": ["Ln1_2_3_4_5_6", "Sp0_0_0_8_0_0"]},
    json=[line, sphere],
)
mine = [
    kept(point, "Pt10_-20_30"),
    kept(line, "Ln1_2_3_4_5_6"),
    kept(sphere, "Sp0_0_0_8_0_0"),
]


def by_key(items):
    return {one["key"]: one for one in items}


same(by_key(ask(cleo, "GET", ANNOTATIONS)), by_key(mine), "all three")

# Merged, and only where there is nothing.
over = dict(item("point", [10, -20, 30]), prop={"type": "Split", "more": 1})
del over["tags"], over["description"]
query = {"replace": "false", "conditional": "type"}
ask(cleo, "POST", ANNOTATIONS, {"key": "Pt10_-20_30"}, json=over, params=query)
merged = by_key(ask(cleo, "GET", ANNOTATIONS))["Pt10_-20_30"]
same(merged["description"], point["description"], "what was not sent")
same(merged["prop"]["type"], "Merge", "what was there")
same(merged["prop"]["more"], 1, "what is new")
same(merged["prop"]["bodyid"], BIG, "64 bits")

# Moved by its key, which a list cannot be.
moved = dict(point, pos=[11, -20, 30])
where = {"move_key": "Pt10_-20_30"}
ask(cleo, "POST", ANNOTATIONS, {"key": "Pt11_-20_30"}, json=moved, params=where)
ask(cleo, "POST", ANNOTATIONS, status=400, json=[moved], params=where)
same(
    sorted(by_key(ask(cleo, "GET", ANNOTATIONS))),
    ["Ln1_2_3_4_5_6", "Pt11_-20_30", "Sp0_0_0_8_0_0"],
    "after the move",
)

# Of others: a group's, anybody's for an administrator, and deleting with clio_write.
theirs = item("point", [5, 5, 5], prop={"timestamp": "9"})
ask(bob, "POST", ANNOTATIONS, {"key": "Pt5_5_5"}, json=theirs)
group = by_key(ask(cleo, "GET", ANNOTATIONS, params={"groups": "lab"}))
same(group["Pt5_5_5"], kept(theirs, "Pt5_5_5", "bob@lab.org"), "a group's")
same(len(group), 4, "a group's")
ask(cleo, "GET", ANNOTATIONS, status=400, params={"groups": "none"})
ask(cleo, "GET", ANNOTATIONS, status=403, params={"user": "bob@lab.org"})
ask(
    root,
    "GET",
    ANNOTATIONS,
    [kept(theirs, "Pt5_5_5", "bob@lab.org")],
    params={"user": "bob@lab.org"},
)
ask(bob, "DELETE", ANNOTATIONS + "/Pt11_-20_30?user_email=cleo@lab.org", status=403)
ask(cleo, "DELETE", ANNOTATIONS + "/Pt5_5_5?user_email=bob@lab.org")
ask(bob, "GET", ANNOTATIONS, [])
for key in ["Pt11_-20_30", "Ln1_2_3_4_5_6", "Sp0_0_0_8_0_0"]:
    ask(cleo, "DELETE", ANNOTATIONS + "/" + key)
ask(cleo, "GET", ANNOTATIONS, [])
bad = ask(cleo, "POST", ANNOTATIONS, status=400, json=item("point", [1, 2]))
same("pos" in bad["detail"], True, bad["detail"])

# 2.5: key and value.
KV = "/v2/kv/merges-vnc"
ask(cleo, "GET", KV + "/mainToOthers", status=404)
main = {"12": [BIG, 13], "14": []}
ask(cleo, "POST", KV + "/mainToOthers", json=main)
ask(cleo, "PUT", KV + "/mainOrdered", json={"array": [14, 12]})
ask(cleo, "GET", KV + "/mainToOthers", main)
stamped = ask(cleo, "GET", KV + "/mainToOthers", params={"timestamp": "true"})
same(isinstance(stamped.pop("_timestamp"), (int, float)), True, "_timestamp")
same(stamped, main, "with _timestamp")
ask(cleo, "GET", KV, {"mainToOthers": main, "mainOrdered": {"array": [14, 12]}})
ask(bob, "GET", KV, {})
ask(cleo, "POST", KV + "/x", status=400, json=[1])
ask(cleo, "DELETE", KV + "/mainOrdered")
ask(cleo, "GET", KV, {"mainToOthers": main})

# 2.6: pull requests.
PULLS = "/v2/pull-request"
ask(cleo, "POST", PULLS, json={"pull": "kv/merges-vnc/mainToOthers"})
asked = ask(cleo, "GET", PULLS, params={"user_email": ""})
pulled = dict(asked["cleo@lab.org"]["merges-vnc"]["mainToOthers"])
same(isinstance(pulled.pop("_timestamp"), (int, float)), True, "_timestamp")
same(pulled, {"12": [BIG, 13]}, "a pull request")
ask(cleo, "GET", PULLS, status=400)
ask(cleo, "GET", PULLS, status=403, params={"user_email": "bob@lab.org"})
ask(root, "GET", PULLS, asked, params={"user_email": "all"})

# 2.8: saved searches.
SEARCHES = "/v2/savedsearches/vnc"
at = {"x": 1, "y": 2, "z": 3}
ask(cleo, "POST", SEARCHES, json={"note": "n"}, params=at)
ask(cleo, "PUT", SEARCHES, json={"note": "m"}, params=at)
found = ask(cleo, "GET", SEARCHES)
same(list(found), ["1_2_3"], "saved searches")
search = found["1_2_3"]
same(isinstance(search.pop("timestamp"), (int, float)), True, "timestamp")
same(isinstance(search.pop("id"), str), True, "id")
same(
    search,
    {
        "dataset": "vnc",
        "location": [1, 2, 3],
        "locationkey": "1_2_3",
        "email": "cleo@lab.org",
        "note": "m",
    },
    "a saved search",
)
ask(bob, "GET", SEARCHES, {})
ask(cleo, "POST", SEARCHES, status=400, json={"note": "n"}, params={"x": 1})
ask(cleo, "DELETE", SEARCHES, params=at)
ask(cleo, "GET", SEARCHES, {})

# 2.7: signatures, here of a dataset that has no index: an error, and no 200.
for path in ["atlocation", "likelocation"]:
    ask(cleo, "GET", "/v2/signatures/%s/vnc" % path, status=404, params=at)

# 2.10: people, for administrators.
ask(cleo, "GET", "/v2/users", status=403)
new = {
    "new@lab.org": {
        "global_roles": ["clio_general"],
        "datasets": {"vnc": ["clio_read"]},
        "groups": ["lab"],
        "name": "New",
    }
}
ask(root, "POST", "/v2/users", json=new)
person = dict(new["new@lab.org"], email="new@lab.org", disabled=False)
same(ask(root, "GET", "/v2/users")["new@lab.org"], person, "a person")
ask(root, "DELETE", "/v2/users", json=["new@lab.org"])
same("new@lab.org" in ask(root, "GET", "/v2/users"), False, "a person")

# 2.11: datasets.
described = {
    "title": "Described",
    "description": "By a script",
    "tag": "v0.9",
    "uuid": "a1b2",
    "mainLayer": "em",
    "neuroglancer": {
        "dimensions": {axis: [8e-9, "m"] for axis in "xyz"},
        "layers": [
            {"name": "em", "type": "image", "source": "precomputed://gs://b/{tag}"},
            {"name": "seg", "type": "segmentation", "source": "dvid://https://d/{uuid}/s"},
        ],
    },
    "orderedLayers": ["em", "seg"],
    "roles": {"seg": ["mergeable"]},
    "transfer": ["network"],
    "navHide": False,
    "versions": [{"tag": "v0.8", "neuroglancer": {"position": [1, 2, 3]}}],
}
ask(cleo, "POST", "/v2/datasets", status=403, json={"described": described})
ask(root, "POST", "/v2/datasets", json={"described": described})
for path in ["/v2/datasets", "/v2/datasets/"]:
    got = ask(root, "GET", path, params={"templates": "true"})["described"]
    for field, value in described.items():
        same(got[field], value, "datasets: " + field)
got = ask(root, "GET", "/v2/datasets/described")
same(
    [layer["source"] for layer in got["neuroglancer"]["layers"]],
    ["precomputed://gs://b/v0.9", "dvid://https://d/a1b2/s"],
    "filled templates",
)
early = dict(described, tag="v0.8")
bad = ask(root, "POST", "/v2/datasets", status=400, json={"described": early})
same("described.tag" in bad["detail"], True, bad["detail"])
bad = ask(root, "POST", "/v2/datasets", status=400, json={"d": {"layers": [{}]}})
same("d.neuroglancer.layers.0.name" in bad["detail"], True, bad["detail"])
same("described" in ask(cleo, "GET", "/v2/datasets"), False, "not for everybody")
# 2.12: what is known of bodies.
NEURONS = "/v2/json-annotations/vnc/neurons"
near = 2**53 + 1
ask(
    cleo,
    "POST",
    NEURONS,
    json=[
        {"bodyid": BIG, "class": "Interneuron", "tags": ["a", "b"], "near": near},
        {"bodyid": near, "class": "Motor", "position": [1, 2, 3]},
    ],
)
whole = {"bodyid": BIG, "class": "Interneuron", "tags": ["a", "b"], "near": near}
motor = {"bodyid": near, "class": "Motor", "position": [1, 2, 3]}
ids = "%d,%d" % (BIG, near)
for path in ["/id-number/" + ids, "/id-number/" + ids + "/", "/all", "/all/"]:
    ask(bob, "GET", NEURONS + path, [motor, whole])
users = {"class_user": "cleo@lab.org", "position_user": "cleo@lab.org"}
one = "%s/id-number/%d" % (NEURONS, near)
ask(bob, "GET", one, [dict(motor, **users)], params={"show": "user"})
[timed] = ask(bob, "GET", one, params={"show": "all"})
same(
    sorted(set(timed) - set(motor)),
    ["class_time", "class_user", "position_time", "position_user"],
    "who and when",
)
for query, found in [
    ({"class": "Motor"}, [near]),
    ({"class": ["Motor", "Interneuron"], "tags": "b"}, [BIG]),
    ([{"class": "Motor"}, {"bodyid": BIG}], [near, BIG]),
    ({"class": "re/^Inter"}, [BIG]),
    ({"tags": "exists/0"}, [near]),
    ({"tags": "exists/1", "near": near}, [BIG]),
    ({"class": "Sensory"}, []),
]:
    for path in ["/query", "/query/"]:
        params = {"onlyid": "true"}
        ask(bob, "POST", NEURONS + path, found, params=params, json=query)
ask(bob, "POST", NEURONS + "/query", [whole], json={"bodyid": [BIG, 1]})
edit = {"bodyid": near, "class": "Sensory", "position": None, "group": 7}
conditional = {"conditional": "class,group", "replace": "false"}
ask(cleo, "PUT", NEURONS + "/", params=conditional, json=edit)
ask(bob, "GET", one, [{"bodyid": near, "class": "Motor", "group": 7}])
replaced = [{"bodyid": near, "class": "x"}]
ask(cleo, "POST", NEURONS, params={"replace": "true"}, json=replaced)
ask(bob, "GET", one, [{"bodyid": near, "class": "x"}])
same("class_user" in ask(bob, "GET", NEURONS + "/fields"), True, "fields")
# The permissions that the original forgot.
ask(bob, "POST", NEURONS, status=403, json=edit)
ask(cleo, "DELETE", one, status=403)
designated = {"designated_user": "guest@lab.org"}
ask(cleo, "POST", NEURONS, status=403, params=designated, json=edit)
ask(root, "POST", NEURONS, params=designated, json=edit)
[item] = ask(bob, "GET", one, params={"show": "user"})
same(item["group_user"], "guest@lab.org", "in another's name")
ask(root, "DELETE", one)
ask(bob, "GET", one, [])
ask(bob, "POST", NEURONS + "/query", status=400, json={"class": "re/("})
# Versions.
VERSIONED = "/v2/json-annotations/described/neurons"
for path, wanted in [
    ("/versions", {"v0.9": "a1b2"}),
    ("/head_tag", "v0.9"),
    ("/head_uuid", "a1b2"),
    ("/tag_to_uuid/v0.9", "a1b2"),
    ("/uuid_to_tag/a1b2", "v0.9"),
]:
    ask(root, "GET", VERSIONED + path, wanted)
    ask(root, "GET", VERSIONED + path + "/", wanted)
ask(root, "POST", VERSIONED, params={"version": "v0.9"}, json={"bodyid": 1, "a": 1})
ask(root, "GET", VERSIONED + "/id-number/1?version=v0.9", [{"bodyid": 1, "a": 1}])
ask(root, "GET", VERSIONED + "/id-number/1?version=v0.1", status=400)

ask(root, "DELETE", "/v2/datasets", json=["described"])
same("described" in ask(root, "GET", "/v2/datasets"), False, "taken away")

print(compared)
