// Alerts of new reviews on this device: while a page is open, and while the app is closed.
"use strict";

// A block of its own: the names of one script are those of every other script of the page.
{
  const { person, login, news } = document.body.dataset;

  const alerting = document.getElementById("alerting");
  if (alerting && "Notification" in globalThis) {
    const [button, said] = [alerting.querySelector("button"), alerting.querySelector("[role=status]")];
    const tell = () => {
      const { permission } = Notification;
      button.hidden = permission !== "default";
      said.textContent = { granted: alerting.dataset.on, denied: alerting.dataset.denied }[permission] ?? "";
    };
    alerting.hidden = false;
    tell();
    button.addEventListener("click", async () => {
      await Notification.requestPermission();
      tell();
    });
  }

  // While a page is open the server is asked once a minute.
  if (news && globalThis.Notification?.permission === "granted") {
    const SINCE = "trustwright.since";
    const look = async () => {
      const since = localStorage.getItem(SINCE) ?? String(Math.floor(Date.now() / 1000));
      const response = await fetch(`${news}?since=${since}`, { headers: { "HX-Request": "true" } });
      if (!response.ok) return;
      const { at, alerts } = await response.json();
      localStorage.setItem(SINCE, String(at));
      const registration = await navigator.serviceWorker.ready;
      for (const { title, text, url } of alerts) {
        await registration.showNotification(title, { body: text, data: url, tag: url });
      }
    };
    setInterval(() => look().catch(() => {}), 60_000);
    look().catch(() => {});
  }

  // While the app is closed the push service of the browser's maker wakes the service worker. The
  // server knows the browser by its login; what was told to it last is noted here.
  const TOLD = "trustwright.push";
  const said = ({ endpoint }) => JSON.stringify([person, login, endpoint]);
  const noted = () => JSON.parse(localStorage.getItem(TOLD) ?? "[]");

  function values(subscription) {
    const { endpoint, keys } = subscription.toJSON();
    return { endpoint, public_key: keys.p256dh, secret: keys.auth };
  }

  async function subscribed(key) {
    const { pushManager } = await navigator.serviceWorker.ready;
    // One that was made for another key of the server is of no use.
    await (await pushManager.getSubscription())?.unsubscribe();
    return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  }

  const start = document.querySelector("form[data-push]");
  if (start && "PushManager" in globalThis && "Notification" in globalThis) {
    const told = start.querySelector("[role=alert]");
    start.hidden = false;
    start.addEventListener("submit", async (event) => {
      event.preventDefault();
      told.textContent = "";
      try {
        if ((await Notification.requestPermission()) !== "granted") {
          told.textContent = start.dataset.denied;
          return;
        }
        const subscription = await subscribed(start.dataset.push);
        for (const [name, value] of Object.entries(values(subscription))) {
          start.elements[name].value = value;
        }
        localStorage.setItem(TOLD, said(subscription));
        start.submit();
      } catch {
        told.textContent = start.dataset.failed;
      }
    });
  }

  document.querySelector("form[data-push-end]")?.addEventListener("submit", () => {
    localStorage.removeItem(TOLD);
    navigator.serviceWorker?.ready
      .then(({ pushManager }) => pushManager.getSubscription())
      .then((subscription) => subscription?.unsubscribe());
  });

  // After another login of the same person, and where the browser took another address, the server
  // is told anew; whoever else uses this browser is asked first, as everybody is.
  async function renew() {
    const csrf = document.querySelector("input[name=csrf]")?.value;
    const [whose] = noted();
    if (!whose || !login || !csrf) return;
    const subscription = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
    if (!subscription || whose !== person) {
      localStorage.removeItem(TOLD);
      await subscription?.unsubscribe();
      return;
    }
    if (localStorage.getItem(TOLD) === said(subscription)) return;
    const body = new URLSearchParams({ ...values(subscription), csrf });
    const response = await fetch("/control/account/push", { method: "POST", body });
    if (response.ok) localStorage.setItem(TOLD, said(subscription));
    else if (response.status < 500) localStorage.removeItem(TOLD);
  }
  if ("PushManager" in globalThis && "serviceWorker" in navigator) renew().catch(() => {});
}
