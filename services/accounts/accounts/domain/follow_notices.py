"""What who follows something in the news reads in the inbox, and what instead once nobody may read that any more."""

from accounts.domain.case_notices import Notice

ARTICLE_GONE = "该报道已撤回。"
_HEADLINE = "。报道："
TITLE_GONE = "该诉求的内容已调整，请查看最新情况。"


def of_article(of: str, headline: str) -> Notice:
    """The item for an article that is out; `of`: the column, town or topic that is followed."""
    return Notice(f"您关注的{of}有新报道", headline)


def of_echo(said: str, headline: str) -> Notice:
    """The item for what happened to the cases of a report."""
    return Notice("您关注的回音壁有新进展", f"{said}{_HEADLINE}{headline}")


def reworded(text: str, headline: str, *, echo: bool) -> str:
    """What an item says when its article has another headline; what says instead that something is gone stays."""
    if text in (ARTICLE_GONE, TITLE_GONE):
        return text
    said, mark, _ = text.rpartition(_HEADLINE) if echo else ("", "", "")
    return f"{said}{mark}{headline}"


def article(number: str) -> str:
    """What a withdrawn article is known by."""
    return f"article/{number}"


def title(no: str, wording: int) -> str:
    """What one of the titles is known by that a case has had."""
    return f"case/{no}/{wording}"
