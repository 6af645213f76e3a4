"""Search in plain words."""

from typing import Any

import pytest

from kit.errors import Invalid
from services_hub import searching
from services_hub.contract import Search

QUESTIONS = [
    ("孩子上户口要带什么材料", "birth_household"),
    ("怎么摇号买车", "car_plate_lottery"),
    ("我想挂号看病", "hospital_registration"),
    ("准生证怎么办", "birth_registration"),
    ("领结婚证需要户口本吗", "marriage_registration"),
    ("身份证丢了怎么补", "identity_card"),
    ("外地车进六环要办什么", "beijing_pass"),
    ("被裁员了能领失业金吗", "unemployment_benefit"),
    ("老人坐公交免费的卡", "senior_card"),
    ("外地看病怎么报销", "cross_region_medical"),
    ("公司拖欠工资不给怎么办", "labour_arbitration"),
    ("想开个小餐馆要什么证", "food_licence"),
    ("小孩上小学需要什么材料", "school_enrolment"),
    ("幼儿园什么时候报名", "kindergarten_enrolment"),
    ("二手房过户多少钱", "property_transfer"),
    ("驾照快到期了去哪里换", "licence_renewal"),
    ("电动车怎么上牌照", "ebike_registration"),
    ("公积金怎么取出来租房", "housing_fund_withdrawal"),
    ("养狗办狗证在哪里", "dog_registration"),
    ("我妈80多岁有什么补贴", "advanced_age_allowance"),
    ("家里困难想申请低保", "subsistence_allowance"),
    ("暂住证在哪办", "residence_permit"),
    ("办护照去哪里", "passport"),
    ("老楼装电梯一楼不同意", "elevator"),
    ("上班路上受伤算工伤吗", "work_injury"),
    ("宝宝打疫苗的本子怎么办", "vaccination_record"),
    ("自己交社保怎么交", "flexible_insurance"),
    ("培训班不退费找谁", "tutoring_refund"),
    ("宝宝出生后怎么入医保", "resident_insurance"),
    ("儿子今年6岁怎么报名上学", "school_enrolment"),
    ("车辆年检在哪里", "vehicle_inspection"),
    ("老人瘫痪了有没有补贴", "care_subsidy"),
    ("我要给新房办房产证", "property_transfer"),
    ("在北京工作七年怎么落户", "points_settlement"),
    ("新能源车指标怎么排队", "car_plate_lottery"),
    ("父亲去世了怎么办手续", "death_household"),
    ("孕妇去哪里建档", "maternal_record"),
    ("被车撞了对方不认怎么处理", "accident_quick"),
    ("霍营街道办事大厅", "huoying"),
    ("晚上哪家医院有精神科", "huilongguan"),
]


def found(hub: Any, q: str, **page: Any) -> list[str]:
    return [hit.id for hit in searching.search(hub.store, Search(q=q, **page)).items]


@pytest.mark.parametrize(("question", "code"), QUESTIONS)
def test_a_question_in_plain_words_finds_its_item_among_the_first_three(whole: Any, question: str, code: str) -> None:
    assert code in found(whole, question)[:3]


def test_every_item_is_found_first_by_its_own_name(whole: Any, catalogue: Any) -> None:
    for item in catalogue.items:
        assert found(whole, item.name)[0] == item.code


def test_hospitals_and_offices_are_found_too(whole: Any) -> None:
    (hit, *_) = searching.search(whole.store, Search(q="小汤山医院")).items
    assert (hit.kind, hit.id, hit.path) == ("hospital", "xiaotangshan", "/hospitals/xiaotangshan")
    assert "marriage_registry" in found(whole, "婚姻登记处")


@pytest.mark.parametrize("nonsense", ["犬", "！？", "zzzz", "龘龘龘龘", "今天吃炸酱面", "$where", "怎么办"])
def test_what_means_nothing_here_finds_nothing(whole: Any, nonsense: str) -> None:
    page = searching.search(whole.store, Search(q=nonsense))
    assert (page.items, page.next_cursor) == ([], None)


def test_pages_follow_each_other_without_loss(whole: Any) -> None:
    together = found(whole, "登记", limit=100)
    assert len(together) > 10
    pages, cursor = [], None
    while True:
        page = searching.search(whole.store, Search(q="登记", limit=3, cursor=cursor))
        pages += [hit.id for hit in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert pages == together


@pytest.mark.parametrize("cursor", ["nonsense", "WyJ4Il0", "Wy0xXQ", "W3siJGd0IjowfV0"])
def test_a_made_up_cursor_is_refused_at_its_field(whole: Any, cursor: str) -> None:
    with pytest.raises(Invalid) as caught:
        searching.search(whole.store, Search(q="登记", cursor=cursor))
    assert caught.value.errors[0]["field"] == "cursor"


def test_what_an_operator_writes_is_found(hub: Any) -> None:
    assert found(hub, "飞行汽车驾照") != ["licence_renewal"]
    hub.update("licence_renewal", 1, keywords=["飞行汽车"])
    assert found(hub, "飞行汽车")[0] == "licence_renewal"
