/**
 * The one reader of what travels between rooms, as combinators for schemas. A value of another type than expected counts
 * as absent: what was meant is not known, and an alert with a gap is better than none. What a reader cannot do without is
 * written with zod's own schemas (`z.string()`, `z.enum(…)`), and is an error that names its place, never its value.
 *
 * Types are inferred: {@link Read} is what a reader gets, {@link Written} is what a writer has to give.
 */
import * as z from 'zod/mini';
import { defined } from '../kit/defined.ts';
import { isRecord } from '../kit/json.ts';
import { linesAndMore } from '../kit/words.ts';
import { Unreadable } from './errors.ts';

/** A schema of what a writer gives as `W`, and a reader gets as `R`; with `undefined` among `R`, it may get nothing. */
export type Schema<R, W = R> = z.ZodMiniType<R, W>;

/** What a reader gets. */
export type Read<S extends z.ZodMiniType> = z.output<S>;
/** What a writer has to give. */
export type Written<S extends z.ZodMiniType> = z.input<S>;

type Shape = Readonly<Record<string, z.ZodMiniType>>;

type OptionalKeys<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T];
type Known<T> = { [K in keyof Omit<T, OptionalKeys<T>>]: T[K] } & {
  [K in keyof Pick<T, OptionalKeys<T>>]?: Exclude<T[K], undefined>;
};
type Flat<T> = { [K in keyof T]: T[K] };
type ReadOf<S extends Shape> = Flat<Known<{ -readonly [K in keyof S]: z.output<S[K]> }>>;
type WrittenOf<S extends Shape> = Flat<Known<{ -readonly [K in keyof S]: z.input<S[K]> }>>;

/** What cannot be read counts as absent. */
export const tolerant = <R, W>(schema: Schema<R, W>): Schema<R | undefined, W> =>
  z.catch(z.optional(schema), undefined) as unknown as Schema<R | undefined, W>;

/** A writer may leave it out. Reading is as tolerant as before. */
export const optional = <R, W>(schema: Schema<R | undefined, W>): Schema<R | undefined, W | undefined> =>
  schema as unknown as Schema<R | undefined, W | undefined>;

/** What cannot be read counts as this value. */
export const otherwise = <R, W>(schema: Schema<R | undefined, W>, value: R): Schema<R, W> =>
  z.pipe(
    tolerant(schema),
    z.transform((read: R | undefined) => read ?? value),
  ) as unknown as Schema<R, W>;

export const text = tolerant(z.string());
/** Finite: JSON has no other. */
export const number = tolerant(z.number());
export const flag = tolerant(z.boolean());

/** One of a few words; another word counts as absent. */
export const oneOf = <const T extends readonly [string, ...string[]]>(
  words: T,
): Schema<T[number] | undefined, T[number]> => tolerant(z.enum(words) as unknown as Schema<T[number]>);

/** A word of a few that writers agree on; a reader takes any, and can say of one that it does not know it. */
export const word = <T extends string>(): Schema<string | undefined, T> => text as Schema<string | undefined, T>;

/** A list without the elements that cannot be read; absent where it is not a list. */
export const list = <R, W>(element: Schema<R, W>): Schema<Exclude<R, undefined>[] | undefined, W[]> =>
  tolerant(
    z.pipe(
      z.array(z.unknown()),
      z.transform((items) => items.flatMap((item) => known(element.safeParse(item).data))),
    ) as unknown as Schema<Exclude<R, undefined>[], W[]>,
  );
export const texts = list(text);

/** A map without the values that cannot be read; absent where it is not an object. Its keys are anybody's. */
export const mapOf = <R, W>(
  value: Schema<R, W>,
): Schema<Record<string, Exclude<R, undefined>> | undefined, Record<string, W>> =>
  tolerant(
    z.pipe(
      z.custom<object>(isRecord),
      z.transform((map) =>
        // fromEntries, because assigning to a key named `__proto__` would lose it.
        Object.fromEntries(
          Object.entries(map).flatMap(([key, item]) =>
            known(value.safeParse(item).data).map((read) => [key, read] as const),
          ),
        ),
      ),
    ) as unknown as Schema<Record<string, Exclude<R, undefined>>, Record<string, W>>,
  );
export const pairs = mapOf(text);

/** A map of anything that JSON can hold. */
export const facts = mapOf(z.unknown());

/**
 * An object with these fields. Other fields are left out, and an absent one has no key. It is an error where the value is
 * not an object, or a field cannot be read that is not tolerant.
 */
export const object = <const S extends Shape>(shape: S): Schema<ReadOf<S>, WrittenOf<S>> => fieldsOf(z.object(shape));

/** An {@link object} whose other fields travel on: a later version of the writer may have them. */
export const open = <const S extends Shape>(shape: S): Schema<ReadOf<S>, WrittenOf<S>> =>
  fieldsOf(z.looseObject(shape));

const fieldsOf = <R, W>(schema: z.ZodMiniType): Schema<R, W> =>
  z.pipe(
    schema,
    z.transform((fields) => defined(fields as Record<string, object>)),
  ) as unknown as Schema<R, W>;

/** An {@link object} within another one: absent as a whole where it cannot be read. */
export const part = <const S extends Shape>(shape: S): Schema<ReadOf<S> | undefined, WrittenOf<S>> =>
  tolerant(object(shape));

/**
 * Reads a value at a boundary.
 *
 * @param what it is to be, for the error: `finding`
 * @throws {Unreadable} with the places that are wrong or missing, never with a value
 */
export function read<R, W>(schema: Schema<R, W>, value: unknown, what: string): R {
  const { success, data, error } = schema.safeParse(value);
  if (!success) throw new Unreadable(what, placesOf(error));
  return data;
}

/**
 * Reads JSON text at a boundary.
 *
 * @throws {Unreadable} where it is not JSON, or as {@link read}
 */
export function readJson<R, W>(schema: Schema<R, W>, json: string | Uint8Array, what: string): R {
  let value: unknown;
  try {
    value = JSON.parse(typeof json === 'string' ? json : Buffer.from(json).toString());
  } catch {
    // The parser's message quotes the text.
    throw new Unreadable(what, ['the whole (not JSON)']);
  }
  return read(schema, value, what);
}

/** How many places are named. */
const MAX_PLACES = 5;

/**
 * Where a value is wrong, and how: `/actor/kind (invalid_value)`, the place as JSON Pointer (RFC 6901). Without the values,
 * which may be anybody's.
 */
function placesOf({ issues }: z.core.$ZodError): string[] {
  const places = issues.map(({ path, code }) => `${path.length > 0 ? `/${path.join('/')}` : 'the whole'} (${code})`);
  return linesAndMore(places, MAX_PLACES);
}

const known = <T>(value: T): Exclude<T, undefined>[] => (value === undefined ? [] : [value as Exclude<T, undefined>]);
