// Door of the room fleet: one study, many machines. The coordinator holds the study; workers train; Redis carries work in flight.
export { runFleet, type FleetOptions, type FleetResult } from './coordinator.js';
export { openRedis, reachRedis, redisTarget, type RedisTarget } from './connection.js';
export { adapterClass, PROTOCOL_VERSION, type KernelChoice, type Training } from './protocol.js';
export { listWorkers, type WorkerRecord } from './roster.js';
export { serveTasks } from './serve-tasks.js';
export { sparingOpenAttempts, storeAt, type OpenStore } from './store.js';
export { LocalTrainer, UnfitError, type BuildRunner, type TaskTrainer } from './trainer.js';
export { TrainerProcess, type TrainerFacts } from './trainer-process.js';
export { runWorker, type FleetWorkerOptions } from './worker.js';
