/**
 * Which models are in memory, and who may use them.
 *
 * <p>A request asks {@link dev.runtime.kernel.schedule.Scheduler#acquire} for a model and holds a
 * {@link dev.runtime.kernel.schedule.Lease} while it works. If the model is loaded in a way that serves the request, the lease
 * is given at once. Otherwise the request joins one bounded queue, which one thread serves strictly in order: it makes room by
 * unloading idle models (never a busy one), loads, and hands out leases. That thread is the only one that loads and the only one
 * that evicts, so that memory is planned by one mind.
 *
 * <p>All state is guarded by one lock; loading and unloading happen outside of it. Time comes from
 * {@link dev.runtime.kernel.schedule.Timers} and memory from {@link dev.runtime.kernel.schedule.MemoryPlan}, so that tests
 * decide on both. {@link dev.runtime.kernel.schedule.Runner} is what the scheduler and the generation know of a loaded model.
 */
package dev.runtime.kernel.schedule;
