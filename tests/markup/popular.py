"""Three documents for "Popular Documents" below a page; no file of tests/listings has them."""

POPULAR: tuple[dict[str, str | None], ...] = (
    {
        "href": "/document/letter-jawaharlal-nehru-all-provincial-premiers",
        "date_text": "April 1, 1949",
        "title": "Letter, Jawaharlal Nehru to All Provincial Premiers",
        "summary": (
            "Nehru briefs the Provincial Premiers about internal and external developments. Nehru "
            "highlights the situation in China and states that the communists could soon take "
            "power in the whole of China. He speculates how this will affect other regions."
        ),
    },
    {
        "href": (
            "/document/chancellors-helmut-kohls-conversation-president-ukraine-leonid-kuchma-"
            "sidelines-nato"
        ),
        "date_text": "July 30, 1997",
        "title": (
            "The Chancellor's [Helmut Kohl's] Conversation with the President of Ukraine, Leonid "
            "Kuchma, on the sidelines of the NATO Summit in Madrid on 8 July 1997"
        ),
        "summary": (
            "Kohl and Kuchma debate plans for the establishment of a permanent German-Ukrainian "
            "commission. Kohl emphasizes  Ukraine's relevance in terms of European security."
        ),
    },
    {
        "href": (
            "/document/petition-opposition-coming-japan-taiwans-national-defense-minister-chiang"
        ),
        "date_text": "November 6, 1967",
        "title": (
            "Petition on Opposition to the Coming to Japan of Taiwan’s National Defense Minister "
            "Chiang"
        ),
        "summary": (
            "Kawase Ikkan insists that the Japanese Government must cancel the upcoming visit by "
            "Chiang Ching-kuo for the sake of the country's relations with Mainland China."
        ),
    },
)
