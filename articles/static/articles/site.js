// What a page does beyond reading, and never instead of it: carousels, video players, copying the
// address, what is wider than the screen. Its words stand in the page.

// One slide at a time. The track keeps the height of the highest: what follows does not move.
for (const carousel of document.querySelectorAll(".carousel")) {
  const track = carousel.querySelector(".carousel__slides");
  const slides = [...track.children];
  const controls = carousel.querySelector(".carousel__controls");
  const position = carousel.querySelector(".carousel__position");
  let current = 0;

  const show = (index) => {
    current = (index + slides.length) % slides.length;
    slides.forEach((slide, place) => { slide.hidden = place !== current; });
    position.textContent = slides[current].getAttribute("aria-label");
  };

  const settle = () => {
    track.style.minHeight = "";
    slides.forEach((slide) => { slide.hidden = false; });
    track.style.minHeight = `${track.offsetHeight}px`;
    show(current);
  };

  for (const button of controls.querySelectorAll("button")) {
    button.addEventListener("click", () => show(current + Number(button.dataset.step)));
  }
  let start = null;
  track.addEventListener("touchstart", (event) => {
    // Two fingers enlarge the image.
    start = event.touches.length === 1 ? event.touches[0] : null;
  }, { passive: true });
  track.addEventListener("touchend", (event) => {
    if (!start) return;
    const x = event.changedTouches[0].clientX - start.clientX;
    const y = event.changedTouches[0].clientY - start.clientY;
    if (Math.abs(x) > 40 && Math.abs(x) > 2 * Math.abs(y)) show(current - Math.sign(x));
    start = null;
  });
  carousel.classList.add("carousel--ready");
  // Its width alone: the bars of a phone's browser come and go with each scroll.
  let width = 0;
  new ResizeObserver(() => {
    if (track.offsetWidth !== width) settle();
    width = track.offsetWidth;
  }).observe(track);
  settle();
  track.removeAttribute("tabindex");
  track.setAttribute("aria-live", "polite");
  controls.hidden = false;
}

// The player, made when the reader asks for it and gone when they close it.
for (const video of document.querySelectorAll(".video[data-player]")) {
  const frame = video.querySelector(".video__frame");
  const play = video.querySelector(".video__play");
  const close = video.querySelector(".video__close");

  play.addEventListener("click", () => {
    const player = document.createElement("iframe");
    player.title = video.dataset.title;
    player.allow = "fullscreen; picture-in-picture";
    player.allowFullscreen = true;
    // Players refuse to play without a referrer, which a page may keep to itself.
    player.referrerPolicy = "strict-origin-when-cross-origin";
    player.src = video.dataset.player;
    frame.append(player);
    play.hidden = true;
    close.hidden = false;
    player.focus();
  });
  close.addEventListener("click", () => {
    frame.querySelector("iframe").remove();
    close.hidden = true;
    play.hidden = false;
    play.focus();
  });
  play.hidden = false;
}

// Browsers copy from pages in https only.
for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  const status = button.closest(".share").querySelector("[role=status]");

  button.addEventListener("click", async () => {
    status.textContent = "";
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      status.textContent = button.dataset.done;
    } catch {
      status.textContent = button.dataset.failed;
    }
  });
  button.hidden = false;
}

// What is wider than the page scrolls: the keyboard must reach it, and hear what it is.
const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth <= target.clientWidth) {
      target.removeAttribute("tabindex");
      continue;
    }
    const { table, code } = target.closest("[data-table]").dataset;
    const caption = target.querySelector("caption")?.textContent.trim();
    target.tabIndex = 0;
    target.setAttribute("role", "group");
    target.setAttribute("aria-label", target.matches("pre") ? code : caption || table);
  }
});
for (const box of document.querySelectorAll(".rich .table, .rich pre")) widths.observe(box);
