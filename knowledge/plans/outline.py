"""Paragraphs to the outline of a plan: what stands under which heading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.plans.blocks import Block

FIRST_BULLET = 8
_RANKS = {"upper": 0, "word": 0, "roman": 1}
_FIRST_NUMBER = 2
_PARAGRAPH = 9
_BULLETS = {"letter": FIRST_BULLET, "dash": 10, "star": 11, "plus": 12, "paren": 13}
_HEADING_WORDS = 28


@dataclass
class Node:
    """One paragraph with what stands under it."""

    block: Block
    rank: int
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.block.text

    def walk(self) -> Iterator["Node"]:
        """This node and all under it, in printed order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def above(self) -> Iterator["Node"]:
        """The headings over this node, the nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


def outline(blocks: Sequence[Block]) -> list[Node]:
    """The top nodes. A paragraph without a sign belongs to the heading before it."""
    top: list[Node] = []
    open_nodes: list[Node] = []
    for block in blocks:
        node = Node(block, _rank(block))
        while open_nodes and not _may_hold(open_nodes[-1], node):
            open_nodes.pop()
        node.parent = open_nodes[-1] if open_nodes else None
        (node.parent.children if node.parent else top).append(node)
        open_nodes.append(node)
    return top


def _rank(block: Block) -> int:
    style = block.style
    if style.startswith("num"):
        return _FIRST_NUMBER + int(style[3:] or 0)
    if style in _RANKS:
        return _RANKS[style]
    return _BULLETS.get(style, _PARAGRAPH)


def _may_hold(upper: Node, node: Node) -> bool:
    if upper.rank == _PARAGRAPH:
        return node.rank > _PARAGRAPH and upper.text.rstrip().endswith(":")
    return upper.rank < node.rank


def is_heading(node: Node) -> bool:
    """Whether a node only announces what stands under it: short, or open at its end."""
    text = node.text.rstrip()
    if text.endswith(":"):
        return bool(node.children)
    if node.rank <= 1:
        return True
    return bool(node.children) and len(text.split()) <= _HEADING_WORDS and not text.endswith((".", ";"))
