// Lets a file be dropped anywhere on the page. Without it the file is chosen with the button.
"use strict";
(() => {
  const form = document.querySelector("form[data-drop]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  form.querySelector("[data-drop-words]").hidden = false;
  const over = (on) => form.classList.toggle("over", on);

  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) over(false);
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    const { files } = event.dataTransfer;
    if (files.length) input.files = files;
    else form.elements.text.value = event.dataTransfer.getData("text");
    if (files.length || form.elements.text.value) form.requestSubmit();
  });
})();
