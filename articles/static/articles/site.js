// What a page does beyond reading, and never instead of it: carousels, video players, wide tables.

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

  for (const button of controls.querySelectorAll("button")) {
    button.addEventListener("click", () => show(current + Number(button.dataset.step)));
  }
  let start = null;
  track.addEventListener("touchstart", (event) => { start = event.touches[0]; }, { passive: true });
  track.addEventListener("touchend", (event) => {
    const x = event.changedTouches[0].clientX - start.clientX;
    const y = event.changedTouches[0].clientY - start.clientY;
    if (Math.abs(x) > 40 && Math.abs(x) > 2 * Math.abs(y)) show(current - Math.sign(x));
  });
  // One slide at a time: nothing is left to scroll to, and changes are announced.
  track.removeAttribute("tabindex");
  track.setAttribute("aria-live", "polite");
  controls.hidden = false;
  show(0);
}

for (const video of document.querySelectorAll(".video[data-player]")) {
  const button = video.querySelector(".video__play");

  button.addEventListener("click", () => {
    const player = document.createElement("iframe");
    player.title = video.dataset.title;
    player.allow = "fullscreen; picture-in-picture";
    player.allowFullscreen = true;
    player.src = video.dataset.player;
    button.parentElement.replaceChildren(player);
    player.focus();
  });
  button.hidden = false;
}

// A table wider than the page scrolls: the keyboard must reach it.
for (const table of document.querySelectorAll(".rich table")) {
  if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
}
