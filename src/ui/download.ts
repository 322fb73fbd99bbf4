/** Gives the user a text as a file. `place` is where the link may stand for a moment. */
export function download(
  place: HTMLElement,
  fileName: string,
  text: string,
  type = 'application/x-ndjson',
): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = place.ownerDocument.createElement('a');
  link.href = url;
  link.download = fileName;
  place.append(link);
  link.click();
  link.remove();
  URL.revokeObjectURL(url);
}
