// In the demo, a click on a person fills in the form.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill-email]");
  if (!button) return;
  const form = document.querySelector(".sign-in-form");
  form.elements.email.value = button.dataset.fillEmail;
  form.elements.password.value = button.dataset.fillPassword;
  form.querySelector("[type=submit]").focus();
});
