/** A key as any line of it would show. */
export const keyLines = (pem: string): readonly string[] =>
  pem
    .split('\n')
    .map(line => line.trim())
    .filter(line => line.length > 30 && !line.startsWith('-'));
/** The password in a URL, as it is written and as it is meant. */
export const passwordIn = (url: string): readonly string[] => {
  const { password } = URL.canParse(url) ? new URL(url) : { password: '' };
  return password === '' ? [] : [password, decodedOr(password)];
};
const decodedOr = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
