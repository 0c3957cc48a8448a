"""GET …/conformance: the verdict on a directive, for whoever may see it."""

from tests.api.refusals import refused
from tests.support.office import Office


async def test_a_directive_in_work_conforms(shared: Office) -> None:
    directive = await shared.issue()
    assert (await shared.do("tp-nv", "acknowledge", directive)).is_success
    answer = await (await shared.as_("tp-nv")).get(f"/directives/{directive['id']}/conformance")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["code"], told["version"], told["verdict"]) == (directive["code"], 2, "conforms")
    rules = {rule["rule"]: rule for rule in told["rules"]}
    (finding,) = rules["four_clear"]["findings"]
    assert finding["policy"] == "thuong@1"
    assert [event["type"] for event in finding["events"]] == ["DirectiveIssued"]
    assert len(rules["in_their_role"]["findings"]) == 2
    assert rules["told_above"]["outcome"] == "not_applicable"


async def test_by_its_number_too(shared: Office) -> None:
    directive = await shared.issue()
    reference = directive["code"].replace("/", "-")
    answer = await (await shared.as_("chu-tich")).get(f"/directives/{reference}/conformance")
    assert answer.json()["directive_id"] == directive["id"]


async def test_who_may_not_see_it_learns_nothing(shared: Office) -> None:
    directive = await shared.issue(coordinating_units=[])
    answer = await (await shared.as_("tp-tnmt")).get(f"/directives/{directive['id']}/conformance")
    refused(answer, 404, "unknown_directive")


async def test_the_one_above_counts_for_those_who_see_it(shared: Office) -> None:
    parent = await shared.issue(coordinating_units=[])
    assert (await shared.do("chu-tich", "delegate", parent, units=["P-A"])).is_success
    (child,) = (await shared.show(parent))["children"]
    for user, outcome in (("chu-tich", "conforms"), ("ct-a", "not_applicable")):
        told = (await (await shared.as_(user)).get(f"/directives/{child}/conformance")).json()
        rules = {rule["rule"]: rule for rule in told["rules"]}
        assert (told["verdict"], rules["within_parent"]["outcome"]) == ("conforms", outcome), user
        own = {event["directive_id"] for rule in told["rules"] for one in rule["findings"] for event in one["events"]}
        assert (parent["id"] in own) is (user == "chu-tich")
