// Runs on the page that a provider sends the browser back to.
//
// The address holds the authorization code: take it out of the address bar and the history. Then close the
// window, if it is one that a script opened; otherwise the page stays, with a link back to the session.

history.replaceState(null, "", location.pathname);

if (document.documentElement.dataset.close === "yes") {
  window.close();
}
