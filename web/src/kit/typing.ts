/** Is text typed into this element, so that letters are no shortcuts? */
export function isTyping(target: EventTarget | null): boolean {
  const field = target instanceof HTMLElement ? target.closest("input, textarea, select, [contenteditable]") : null;
  return field !== null && !(field instanceof HTMLInputElement && /^(checkbox|radio|range|button|submit)$/.test(field.type));
}
