"""The words of annex tables for what the grammar calls by code."""

from services.scoring.kernel.annex.cells import Choice, Word

PART = "分项"
BLOCKS = {"base": "基本分", "bonus": "加分", "deduction": "扣分"}
ROUNDING = Choice({"half_up": "四舍五入", "floor": "舍去", "ceiling": "进一"})
WITHIN = Choice({"county": "全县", "township": "本乡镇"})
BETTER = Choice({"higher": "越高越好", "lower": "越低越好"})
OPERATOR = Choice({">=": "以上", ">": "超过"})
UNLISTED = Choice({"zero": "按0次", "error": "必填"})
YES = Choice({True: "是", False: "否"})
MEASURE = Choice({"base": "基本分", "total": "总分"})
EFFECT = Choice({"replaces": "重新评分", "lowers": "只降不升"})
LIST = Choice(
    {
        "departments": "部门",
        "source_offices": "答复部门",
        "payers": "支付方",
        "posts": "职务",
        "stages": "环节",
    }
)
ABSENT = Choice({"renormalised": "重新折算", "full_marks": "计满分", "left_out": "不计入"})
RANKING = Choice({"level": "星级", "stars": "星数", "total": "总分", "base": "基本分"})
ORDER = Choice({"total": "总分", "base": "基本分", "bonus": "加分", "stars": "星数"})
KINDS = Word(
    {
        "branch": "党支部",
        "general_branch": "党总支",
        "committee": "党委",
        "joint_branch": "联合支部",
        "youth_league": "团组织",
    }
)
SECTORS = Word(
    {
        "government": "机关",
        "school_hospital": "学校医院",
        "state_enterprise": "国企",
        "new_groups": "两新",
        "rural": "农村",
        "community": "社区",
    }
)
