type Value = string | number | bigint | boolean | null | undefined | object;

type OptionalKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** `T` with each key that may be undefined made optional, as `exactOptionalPropertyTypes` tells the two apart. */
type Defined<T> = { [K in keyof T as K extends OptionalKeys<T> ? never : K]: T[K] } & {
  [K in OptionalKeys<T>]?: Exclude<T[K], undefined>;
};

/**
 * The fields without those whose value is undefined: `defined({ name, uid: pod?.uid })` has a key `uid` only where it is
 * known. Only undefined is dropped: an empty text, 0, false and null stay. The order of the keys stays as well.
 */
export const defined = <V extends Value, T extends Record<string, V>>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
