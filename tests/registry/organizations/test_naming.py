"""Customary names of party organizations, from the many ways divisions are written."""

import pytest

from services.registry.organizations.domain.naming import township_name, village_name
from shared.contracts.registry import Sector


@pytest.mark.parametrize(
    ("division", "short", "sector"),
    [
        ("四街村村委会", "四街村党支部", Sector.RURAL),
        ("四街村村民委员会", "四街村党支部", Sector.RURAL),
        ("四街村民委员会", "四街村党支部", Sector.RURAL),
        ("小西关村委会", "小西关村党支部", Sector.RURAL),
        ("大西关居委会", "大西关社区党支部", Sector.COMMUNITY),
        ("大西关社区居委会", "大西关社区党支部", Sector.COMMUNITY),
        ("大西关社区居民委员会", "大西关社区党支部", Sector.COMMUNITY),
        ("大西关社区", "大西关社区党支部", Sector.COMMUNITY),
        ("社区居委会", "城关镇社区党支部", Sector.COMMUNITY),
        ("三分场", "三分场党支部", Sector.RURAL),
    ],
)
def test_villages(division: str, short: str, sector: Sector) -> None:
    name = village_name("获嘉县", "城关镇", division)
    assert (name.short, name.sector) == (short, sector)
    assert name.full.startswith("中共获嘉县城关镇")
    assert name.full.endswith("支部委员会")
    assert name.full.count("城关镇") == 1


def test_the_stand_in_village_of_a_farm_bears_the_farms_name() -> None:
    name = village_name("获嘉县", "原种场", "原种场虚拟村委会")
    assert (name.full, name.short) == ("中共获嘉县原种场支部委员会", "原种场党支部")
    assert name.sector is Sector.RURAL


@pytest.mark.parametrize(
    ("division", "full", "short"),
    [
        ("城关镇", "中共获嘉县城关镇委员会", "城关镇党委"),
        ("位庄乡", "中共获嘉县位庄乡委员会", "位庄乡党委"),
        ("园艺场", "中共获嘉县园艺场委员会", "园艺场党委"),
        ("西工区管理委员会", "中共获嘉县西工区工作委员会", "西工区党工委"),
        ("西工区管委会", "中共获嘉县西工区工作委员会", "西工区党工委"),
    ],
)
def test_townships(division: str, full: str, short: str) -> None:
    name = township_name("获嘉县", division)
    assert (name.full, name.short) == (full, short)
