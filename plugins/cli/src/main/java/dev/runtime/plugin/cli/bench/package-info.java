/** {@code runtime bench}: {@code BenchPlan} is what to measure, {@code BenchRun} measures it, {@code BenchReport} prints it. */
package dev.runtime.plugin.cli.bench;
