"""A county's tree made from its divisions."""

from collections import Counter

from tests.registry.house import County, Registry, problem


async def test_the_county_has_all_its_organizations(county: County) -> None:
    tiers = Counter(each["tier"] for each in county.organizations)
    assert tiers == {"county": 1, "township": 15, "village": 226}
    sectors = Counter(each["sector"] for each in county.of_tier("village"))
    assert sectors == {"rural": 224, "community": 2}


async def test_names_follow_custom_and_repeat(county: County) -> None:
    names = {each["short_name"]: each["name"] for each in county.organizations}
    assert names["获嘉县委"] == "中共获嘉县委员会"
    assert names["城关镇党委"] == "中共获嘉县城关镇委员会"
    assert names["四街村党支部"] == "中共获嘉县城关镇四街村支部委员会"
    assert names["西工区党工委"] == "中共获嘉县西工区工作委员会"
    assert names["原种场党支部"] == "中共获嘉县原种场支部委员会"
    assert names["大西关社区党支部"] == "中共获嘉县城关镇大西关社区支部委员会"
    assert names["西工区社区党支部"] == "中共获嘉县西工区社区支部委员会"
    villages = Counter(each["short_name"] for each in county.of_tier("village"))
    assert {name for name, n in villages.items() if n > 1} == {
        "后寺村党支部",
        "马庄村党支部",
        "小王庄村党支部",
        "张庄村党支部",
    }


async def test_paths_and_county_lead_down_the_tree(county: County) -> None:
    by_id = {each["id"]: each for each in county.organizations}
    for each in county.organizations:
        above = by_id[each["parent_id"]]["path"] if each["parent_id"] else "/"
        assert each["path"] == f"{above}{each['id']}/"
        assert each["county_id"] == str(county.id)


async def test_doing_it_again_adds_nothing(registry: Registry, county: County) -> None:
    again = await registry.post(
        "/organizations/from-divisions", {"county_code": "410724000000"}, expect=201
    )
    assert (again["counties"], again["townships"], again["villages"]) == (0, 0, 0)
    assert again["county_id"] == str(county.id)


async def test_an_unknown_county_is_named(registry: Registry) -> None:
    body = await registry.post(
        "/organizations/from-divisions", {"county_code": "410724000000"}, expect=404
    )
    assert problem(body) == "division-unknown"
