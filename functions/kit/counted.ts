/** `1 image`, `2 images`; of another plural, `3 failures of …` */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
