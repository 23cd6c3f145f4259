// Hands the code behind the # of a link to the server, in the body of a request. Without it the code is typed in.
"use strict";
(() => {
  const form = document.querySelector("form[data-code]");
  const code = decodeURIComponent(window.location.hash.slice(1));
  if (!form || !code) return;
  history.replaceState(null, "", window.location.pathname);
  form.elements.code.value = code;
  form.requestSubmit();
})();
