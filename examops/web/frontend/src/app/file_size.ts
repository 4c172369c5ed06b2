/** A file that the server would refuse is refused here, before minutes of uploading: `data-most-bytes`, words in `data-too-big`. */
export function checkFileSizes(): void {
  document.querySelectorAll<HTMLInputElement>("input[type=file][data-most-bytes]").forEach((field) => {
    const fault = document.createElement("span");
    fault.className = "state state-stop";
    fault.setAttribute("role", "alert");
    field.addEventListener("change", () => {
      const most = Number(field.dataset.mostBytes),
        size = field.files?.[0]?.size ?? 0;
      const words = size > most ? (field.dataset.tooBig ?? "").replace("{size}", (size / 1048576).toFixed(1)) : "";
      field.setCustomValidity(words); // the form cannot be sent while this stands
      fault.textContent = words;
      if (words) field.after(fault);
      else fault.remove();
    });
  });
}
