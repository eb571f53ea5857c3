"""Which words of a prompt mean a place, a subject, a colour or a time of day.

English words are matched whole, with a plural "s" allowed; Chinese ones anywhere. The first match by
position in the prompt wins, and an animal wins over a thing, so "a book about a fox in the city" is a fox in
a city.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.emulator.painting.colour import Colour, from_hex

_PLACES = """
dunes      desert dune sand sahara canyon egypt pyramid 沙漠 沙丘
mountains  mountain alps peak cliff everest fuji hill valley snow winter ski rock 山 雪 冬
sea        sea ocean beach wave coast island lake river harbour harbor surf water underwater 海 湖 河 江 岛 沙滩 波浪
meadow     meadow field farm garden park countryside grass spring picnic village flower 草原 草地 田 花园 花 春 乡村
forest     forest wood woods jungle pine tree camping 森林 树林 树 竹
aurora     aurora northern iceland arctic polar borealis 极光
space      space planet galaxy star cosmos astronaut orbit moon mars saturn nebula rocket
space      太空 宇宙 星球 星空 月球 火箭 银河
city       city town street skyline building tokyo york london paris cyberpunk neon skyscraper 城市 街 楼 都市 霓虹 建筑
still_life table kitchen vase bowl food breakfast bottle interior room still 桌 静物 厨房
botanical  leaf leaves botanical plant herb fern bouquet pattern wallpaper logo 叶 植物 花束 图案
"""

_ANIMALS = """
siamese    siamese 暹罗
cat        cat kitten kitty feline tabby 猫
dog        dog puppy corgi husky retriever shiba dachshund wolf 狗 犬 狼
fox        fox 狐
rabbit     rabbit bunny hare 兔
panda      panda 熊猫
bear       bear teddy koala hamster mouse 熊 鼠
otter      otter beaver seal raccoon squirrel hedgehog 水獭 松鼠
tiger      tiger 虎
lion       lion 狮
owl        owl 猫头鹰
bird       bird sparrow robin parrot eagle crow pigeon chicken duck swan 鸟 鸡 鸭 鹰
fish       fish goldfish salmon koi shark aquarium 鱼
whale      whale dolphin orca 鲸 海豚
butterfly  butterfly butterflies moth bee dragonfly 蝴蝶 蝶
"""

_THINGS = """
flower     flower rose tulip daisy lily sunflower orchid lotus peony bouquet 花 玫瑰 莲 牡丹
tree       tree oak maple bonsai sakura 树 樱
house      house cabin cottage home hut barn castle church temple palace 房 屋 城堡 寺
boat       boat ship sailboat sail yacht canoe 船 帆
balloon    balloon hot-air airship 气球
rocket     rocket spaceship spacecraft shuttle 火箭 飞船
robot      robot android cyborg machine 机器人
cup        cup coffee tea mug latte cappuccino 咖啡 茶 杯
mushroom   mushroom fungus toadstool 蘑菇
fruit      apple fruit orange peach pear tomato pumpkin lemon cherry 苹果 水果 橙 桃 梨 柠檬
heart      heart love valentine 心 爱
car        car taxi truck bus van automobile vehicle 车
lighthouse lighthouse beacon 灯塔
figure     person woman man girl boy child portrait lady king queen wizard people astronaut
figure     人 女孩 男孩 女人 男人 孩子 肖像
book       book library novel diary notebook 书
"""

_TINTS = """
f7f3ea  white snowy ivory 白
2f2b33  black dark 黑
d64545  red crimson scarlet ruby 红
ef8a3a  orange ginger amber 橙 橘
f2c230  yellow golden gold blonde 黄 金
5a9e5e  green emerald olive 绿
4a86c5  blue azure navy cobalt turquoise 蓝
8a62b8  purple violet lavender 紫
ee8fae  pink magenta 粉
8d6547  brown chocolate 棕 褐
9aa0aa  grey gray silver 灰 银
"""

_MOODS = """
midnight night midnight moonlit starry dark 夜 晚
rose     sunset dusk evening twilight 日落 黄昏 傍晚
apricot  sunrise dawn morning 日出 清晨 早晨
snow     snow snowy winter ice frozen christmas 雪 冬 冰
autumn   autumn fall october harvest pumpkin 秋
meadow   spring summer sunny 春 夏 晴
ember    fire volcano lava flame halloween dragon 火
plum     cyberpunk neon retro synthwave 霓虹
"""


@dataclass(frozen=True)
class Reading:
    """What the prompt names; None where it names nothing known."""

    place: str | None
    subject: str | None
    tint: Colour | None
    mood: str | None


def read(prompt: str) -> Reading:
    """The known words of ``prompt``."""
    lowered = prompt.lower()
    words = [(match[0], match.start()) for match in re.finditer(r"[a-z]+(?:-[a-z]+)*", lowered)]
    tint = _first(_TINTS, lowered, words)
    return Reading(
        place=_first(_PLACES, lowered, words),
        subject=_first(_ANIMALS, lowered, words) or _first(_THINGS, lowered, words),
        tint=from_hex(tint) if tint else None,
        mood=_first(_MOODS, lowered, words),
    )


def _first(table: str, lowered: str, words: list[tuple[str, int]]) -> str | None:
    best: tuple[int, int, str] | None = None
    for row in table.strip().splitlines():
        name, *keys = row.split()
        for key in keys:
            if key.isascii():
                place = next((start for word, start in words if word in (key, key + "s", key + "es")), -1)
            else:
                place = lowered.find(key)
            # At the same place the longer word is meant: 猫头鹰 is an owl, not a cat.
            if place >= 0 and (best is None or (place, -len(key)) < best[:2]):
                best = (place, -len(key), name)
    return best[2] if best else None
