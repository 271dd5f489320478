/* Sets the theme before the first paint, so that nothing flashes. A classic script. */
(function () {
  try {
    var theme = localStorage.getItem("trackless-theme");
    if (theme === "light" || theme === "dark") {
      document.documentElement.dataset.theme = theme;
    }
  } catch (error) {
    /* Storage may be switched off; the system's theme is then used. */
  }
})();
