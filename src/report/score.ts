// Numbers for people. Inside, every score points up; here a metric that was negated is turned back.
import type { StudyHeader } from '../core/index.js';

export interface Scale {
  readonly name: string;
  /** A journaled score as its users know it. */
  shown(score: number): number;
  /** True where a smaller shown value is better. */
  readonly negated: boolean;
}

export function scaleOf(header: Pick<StudyHeader, 'metric'>): Scale {
  const { name, negated, transform } = header.metric;
  const turned = negated ? (score: number): number => (score === 0 ? 0 : -score) : (score: number): number => score;
  return { name, negated, shown: transform === 'log' ? (score) => Math.exp(turned(score)) : turned };
}

/** Interval that holds `share` of a Gaussian, on the shown scale, lower end first. */
export function interval(scale: Scale, mean: number, sigma: number): readonly [number, number] {
  const ends = [scale.shown(mean - NINETY * sigma), scale.shown(mean + NINETY * sigma)];
  return [Math.min(...ends), Math.max(...ends)];
}

/** Normal quantile at .95: mean -+ this many sigma holds 90 %. */
export const NINETY = 1.6448536269514722;

/** Four significant digits, without an exponent where that stays short: 0.8123, 12.35, 1.2e-7. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0 || Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e7) return value.toExponential(2);
  if (size >= 1000) return String(Math.round(value));
  return value.toPrecision(4);
}

/** 4.2 s, 3 min 12 s, 2 h 5 min. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
