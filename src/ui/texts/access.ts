/** Texts of the sheet that asks who one is. */

export const accessTexts = {
  title: 'Access to the relay',
  close: 'Close',
  asksToken: (host: string) =>
    `${host} lets in those who have a token. Whoever runs it can give you one.`,
  asksKey: (host: string) =>
    `${host} lets in the keys on its list. Send this public key to whoever runs it; it is no secret.`,
  /** Nothing is asked now. */
  isIn: (host: string) => `${host} has let you in, or asks for nothing.`,
  reason: (reason: string) => `It said: ${reason}.`,
  pipelineToo: 'It knows you, and does not let you have this board.',
  kept: 'Edits are kept in this browser meanwhile, and shared once you are in.',
  token: 'Token',
  tokenHint: 'Kept in this browser for this relay only, and sent to nobody else.',
  replaceHint: 'This browser keeps a token for this relay; a new one takes its place.',
  badToken: 'A token is one word of letters, digits and signs, without spaces.',
  save: 'Use this token',
  forget: 'Forget the token',
  forgotten: 'The token is forgotten.',
  key: 'Your public key',
  copy: 'Copy the key',
  copied: 'The key is in the clipboard.',
  notCopied: 'The browser does not allow copying here: select the key and copy it.',
  tryAgain: 'Try again',
  trying: 'Trying…',
} as const;
