"""Addresses and iframes to videos and back, and the look-alikes that are none."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import videos
from articles.videos import VideoReference

INSTANCE = "tube.exemple.gouv.fr"
UUID = "55d9c156-22fc-4f83-8fe2-47a68e3c3690"
SHORT_UUID = "bQ8zrYVGKQ4n4rPm1aVzBm"


def parse(pasted):
    return videos.parse(pasted, peertube_hosts=[INSTANCE])


@pytest.mark.parametrize(
    "address",
    [
        "https://www.dailymotion.com/video/x5syke0",
        "http://dailymotion.com/video/x5syke0/",
        "https://www.dailymotion.com/video/x5syke0_le-titre-de-la-vidéo_news",
        "https://www.dailymotion.com/video/x5syke0?playlist=x6hzkz&start=12",
        "//www.dailymotion.com/embed/video/x5syke0",
        "www.dailymotion.com/embed/video/x5syke0?autoPlay=1",
        "https://geo.dailymotion.com/player.html?video=x5syke0",
        "https://geo.dailymotion.com/player/xabcd.html?video=x5syke0&mute=true",
        "https://dai.ly/x5syke0",
        "dai.ly/x5syke0",
        "  HTTPS://WWW.DAILYMOTION.COM/video/x5syke0\n",
    ],
)
def test_dailymotion_addresses_name_their_video(address):
    assert parse(address) == VideoReference("dailymotion", "x5syke0")


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/watch?v=oi5-fy3R_uM",
        "https://m.youtube.com/watch?app=desktop&v=oi5-fy3R_uM&list=PL123&t=45m28s",
        "youtube.com/watch?v=oi5-fy3R_uM#t=430",
        "https://youtu.be/oi5-fy3R_uM?si=abc&t=2340",
        "https://www.youtube.com/embed/oi5-fy3R_uM?start=159",
        "https://www.youtube-nocookie.com/embed/oi5-fy3R_uM",
        "https://www.youtube.com/shorts/oi5-fy3R_uM",
        "https://www.youtube.com/live/oi5-fy3R_uM?feature=share",
    ],
)
def test_youtube_addresses_name_their_video(address):
    assert parse(address) == VideoReference("youtube", "oi5-fy3R_uM")


@pytest.mark.parametrize(
    ("address", "video_id"),
    [
        ("https://vimeo.com/70214001", "70214001"),
        ("https://vimeo.com/channels/staffpicks/70214001", "70214001"),
        ("https://vimeo.com/groups/etat/videos/70214001", "70214001"),
        ("https://vimeo.com/showcase/12/video/70214001", "70214001"),
        ("https://player.vimeo.com/video/70214001?badge=0", "70214001"),
        ("https://vimeo.com/70214001/a1b2c3d4e5?share=copy", "70214001/a1b2c3d4e5"),
        ("https://player.vimeo.com/video/70214001?h=a1b2c3d4e5&dnt=1", "70214001/a1b2c3d4e5"),
    ],
)
def test_vimeo_addresses_name_their_video_and_the_key_of_an_unlisted_one(address, video_id):
    assert parse(address) == VideoReference("vimeo", video_id)


@pytest.mark.parametrize(
    ("path", "video_id"),
    [
        (f"videos/watch/{UUID}", UUID),
        (f"videos/embed/{UUID}?start=3s", UUID),
        (f"w/{SHORT_UUID}", SHORT_UUID),
        (f"w/{UUID}", UUID),
    ],
)
def test_peertube_addresses_name_their_video_and_instance(path, video_id):
    assert parse(f"https://{INSTANCE}/{path}") == VideoReference("peertube", video_id, INSTANCE)


def test_peertube_is_accepted_on_the_named_instances_only():
    address = f"https://{INSTANCE}/w/{SHORT_UUID}"
    assert videos.parse(address, peertube_hosts=[INSTANCE.upper()]) is not None
    assert videos.parse(address) is None
    assert videos.parse(address, peertube_hosts=["autre.exemple.fr"]) is None
    assert videos.parse(f"https:///w/{SHORT_UUID}", peertube_hosts=[INSTANCE, ""]) is None
    assert videos.parse(f"/w/{SHORT_UUID}") is None


def test_a_whole_iframe_is_understood():
    frame = (
        '<div class="video"><IFRAME width="480" allowfullscreen '
        'src="//www.dailymotion.com/embed/video/x5syke0?a=1&amp;b=2"></IFRAME></div>'
    )
    assert parse(frame) == VideoReference("dailymotion", "x5syke0")


@pytest.mark.parametrize(
    "pasted",
    [
        '<a href="https://youtu.be/oi5-fy3R_uM">vidéo</a>',
        "<iframe></iframe>",
        "<iframe src>",
        '<iframe src="javascript:alert(1)"></iframe>',
        '<iframe src="https://evil.test/embed/oi5-fy3R_uM"></iframe>',
        '<iframe src="https://evil.test/"></iframe> https://youtu.be/oi5-fy3R_uM',
        "<!-- https://youtu.be/oi5-fy3R_uM -->",
    ],
)
def test_markup_without_a_known_frame_is_no_video(pasted):
    assert parse(pasted) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "   ",
        "bonjour",
        "oi5-fy3R_uM",
        "https://youtube.com.evil.test/watch?v=oi5-fy3R_uM",
        "https://evil.test/youtube.com/watch?v=oi5-fy3R_uM",
        "https://evil.test/https://youtu.be/oi5-fy3R_uM",
        "https://evil.test/?u=https://youtu.be/oi5-fy3R_uM",
        "https://evil.test#https://youtu.be/oi5-fy3R_uM",
        "https://notyoutube.com/watch?v=oi5-fy3R_uM",
        "https://youtube.com@evil.test/watch?v=oi5-fy3R_uM",
        "https://user@youtube.com/watch?v=oi5-fy3R_uM",
        "https://youtube.com:443/watch?v=oi5-fy3R_uM",
        "https://youtube.com:x/watch?v=oi5-fy3R_uM",
        "https://[youtube.com/watch?v=oi5-fy3R_uM",
        "https://youtube.com./watch?v=oi5-fy3R_uM",
        "https://evil.test\\@youtube.com/watch?v=oi5-fy3R_uM",
        "https:\\\\youtube.com\\watch?v=oi5-fy3R_uM",
        "https://you\ntube.com/watch?v=oi5-fy3R_uM",
        "https://youtu.be/oi5-fy3R_uM https://evil.test/",
        "javascript:alert(1)",
        "javascript://youtube.com/watch?v=oi5-fy3R_uM",
        "javascript://youtube.com/%0Aalert(1)?v=oi5-fy3R_uM",
        "data:text/html,https://youtu.be/oi5-fy3R_uM",
        "ftp://youtube.com/watch?v=oi5-fy3R_uM",
        "https:///youtube.com/watch?v=oi5-fy3R_uM",
        "https://ｙoutube.com/watch?v=oi5-fy3R_uM",
    ],
)
def test_a_hostile_or_foreign_address_is_no_video(address):
    assert parse(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/playlist?list=PLd9b-GuOJ3nHSz3GVv0UsOtDCxlaVdtj2",
        "https://www.youtube.com/embed/videoseries?list=PL123",
        "https://www.youtube.com/embed/live_stream?channel=UC123",
        "https://www.youtube.com/@chaine",
        "https://www.youtube.com/watch?v=oi5-fy3R_u",
        "https://www.youtube.com/watch?v=oi5-fy3R_uMx",
        "https://www.youtube.com/watch?v=oi5-fy3R%22%3E",
        "https://www.youtube.com/watch?v=",
        "https://www.youtube.com/watch",
        "https://www.youtube.com/",
        "https://www.dailymotion.com/playlist/x6hzkz",
        "https://www.dailymotion.com/video/",
        "https://www.dailymotion.com/video/x5syke0/autre",
        "https://geo.dailymotion.com/player.html?playlist=x6hzkz",
        "https://vimeo.com/event/123",
        "https://vimeo.com/70214001/HASH",
        f"https://{INSTANCE}/w/p/{SHORT_UUID}",
        f"https://{INSTANCE}/videos/watch/123",
        f"https://{INSTANCE}/video/x5syke0",
    ],
)
def test_a_known_host_without_a_video_is_no_video(address):
    assert parse(address) is None


def test_what_is_too_long_to_be_pasted_is_no_video():
    address = "https://youtu.be/oi5-fy3R_uM"
    assert parse(f"{address}?t=1{'0' * videos.MAX_PASTED_LENGTH}") is None
    assert parse("<" * 1_000_000) is None
    assert parse(f"{address}?t=1{'0' * 1_000}") is not None


REFERENCES = st.one_of(
    st.from_regex(r"[xk][A-Za-z0-9]{3,24}", fullmatch=True).map(lambda i: VideoReference("dailymotion", i)),
    st.from_regex(r"[A-Za-z0-9_-]{11}", fullmatch=True)
    .filter(lambda i: i not in ("videoseries", "live_stream"))
    .map(lambda i: VideoReference("youtube", i)),
    st.from_regex(r"[0-9]{1,12}(/[0-9a-f]{10})?", fullmatch=True).map(lambda i: VideoReference("vimeo", i)),
    st.uuids().map(lambda i: VideoReference("peertube", str(i), INSTANCE)),
)


@given(REFERENCES)
def test_page_and_embed_addresses_lead_back_to_the_same_video(reference):
    parts = (reference.provider, reference.video_id, reference.host)
    assert videos.is_video_id(reference.provider, reference.video_id)
    assert parse(videos.page_url(*parts)) == reference
    assert parse(videos.embed_url(*parts)) == reference
    assert parse(videos.embed_url(*parts, dailymotion_player="xb4a1")) == reference


@given(st.text())
def test_anything_pasted_gets_an_answer(pasted):
    reference = parse(pasted)
    assert reference is None or videos.is_video_id(reference.provider, reference.video_id)


@pytest.mark.parametrize("provider", videos.PROVIDERS)
def test_something_else_than_an_id_is_refused(provider):
    assert not videos.is_video_id(provider, 'x5syke0" onload="alert(1)')
    assert not videos.is_video_id(provider, "x5syke0_titre")
    assert not videos.is_video_id(provider, "")


def test_players_keep_the_visitor_as_private_as_their_provider_allows():
    assert videos.embed_url("youtube", "oi5-fy3R_uM") == (
        "https://www.youtube-nocookie.com/embed/oi5-fy3R_uM?rel=0"
    )
    assert videos.embed_url("vimeo", "70214001") == "https://player.vimeo.com/video/70214001?dnt=1"
    assert videos.embed_url("vimeo", "70214001/a1b2c3d4e5") == (
        "https://player.vimeo.com/video/70214001?h=a1b2c3d4e5&dnt=1"
    )
    assert videos.embed_url("peertube", UUID, INSTANCE) == (
        f"https://{INSTANCE}/videos/embed/{UUID}?p2p=0&warningTitle=0"
    )


def test_dailymotion_plays_in_the_site_s_own_player_where_there_is_one():
    assert videos.embed_url("dailymotion", "x5syke0") == (
        "https://geo.dailymotion.com/player.html?video=x5syke0"
    )
    assert videos.embed_url("dailymotion", "x5syke0", dailymotion_player="xb4a1") == (
        "https://geo.dailymotion.com/player/xb4a1.html?video=x5syke0"
    )


@given(REFERENCES)
def test_the_policy_s_host_is_the_player_s_host(reference):
    parts = (reference.provider, reference.video_id, reference.host)
    assert videos.embed_host(reference.provider, reference.host) == urlsplit(videos.embed_url(*parts)).netloc


def test_people_are_told_the_provider_and_who_receives_their_data():
    assert [videos.label(name) for name in videos.PROVIDERS] == [
        "Dailymotion",
        "YouTube",
        "Vimeo",
        "PeerTube",
    ]
    assert videos.data_recipient("youtube") == "Google Ireland Limited"
    assert videos.data_recipient("peertube", INSTANCE) == INSTANCE
