"""Whether an answer says that the site does not want us."""

from scrapy.http import Response, TextResponse

from harvester.outcomes import Reason, Refused
from harvester.pages import challenge


def challenger(response: Response) -> str | None:
    """Whose bot challenge an answer is, if it is one."""
    if not isinstance(response, TextResponse):
        return None
    headers = {
        name.decode("latin-1"): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    return challenge(response.status, headers, response.text)


def check_welcome(response: Response, url: str) -> None:
    """Raises Refused for a bot challenge, 401 and 403."""
    if network := challenger(response):
        raise Refused(
            f"{url} is kept from robots by a check of {network}'s: open it in a browser, ask the"
            " archive, or harvest from saved pages.",
            Reason.CHALLENGE,
            url,
        )
    if response.status in (401, 403):
        sentence = f"{url} is refused: the site answers {response.status}."
        raise Refused(sentence, Reason.FORBIDDEN, url)
