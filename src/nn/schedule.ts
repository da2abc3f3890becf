// The learning rate as a function of the epoch alone, so that a resumed trial needs no history. Steps and exponentials know no end;
// a cosine (Loshchilov and Hutter 2017, without restarts) is stretched over `rateEpochs` and stays at its end after them.
import type { RateSchedule } from './hyper.js';

/** Rate of an epoch (from 1), never below `rateMin`. A step of x.5 epochs drops the rate with the first epoch behind it. */
export function learningRateAt(settings: RateSchedule, epoch: number): number {
  return Math.max(settings.rateMin, rateAt(settings, epoch - 1));
}

function rateAt({ learningRate, schedule, rateStep, rateFactor, rateMin, rateEpochs }: RateSchedule, passed: number): number {
  switch (schedule) {
    case 'step':
      // A quotient of two doubles may fall short of a whole number by its rounding.
      return rateStep === 0 ? learningRate : learningRate * rateFactor ** Math.floor(passed / rateStep + 1e-9);
    case 'exponential':
      return learningRate * rateFactor ** passed;
    case 'cosine':
      return rateMin + ((learningRate - rateMin) / 2) * (1 + Math.cos((Math.PI * Math.min(passed, rateEpochs)) / rateEpochs));
  }
}
