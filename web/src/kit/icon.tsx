/** An icon of the sprite (`server/assets/icons.svg`, made by `scripts/icons.py`). */
export function Icon({ name }: { name: string }) {
  return (
    <svg class="i" aria-hidden="true">
      <use href={`${document.body.dataset["icons"] ?? ""}#${name}`} />
    </svg>
  );
}
