/** Schemes that mail clients turn into links without `//`; as a part of a regular expression. */
export const LINKED_SCHEMES =
  'https?|ftps?|mailto|tel|sms|callto|facetime|sips?|xmpp|im|skype|slack|msteams|whatsapp|tg|geo|maps|javascript|vbscript|' +
  'data|file|news|nntp|irc|magnet|onenote|outlook|ms-[a-z]{1,30}|view-source|blob|about';
