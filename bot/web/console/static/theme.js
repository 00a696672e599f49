// Before the first paint: which theme was chosen here. Without a choice the system's counts.
const theme = localStorage.getItem("theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
