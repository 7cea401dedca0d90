/** The event bus, and the same events for Java Flight Recorder (category {@code Runtime}). */
package dev.runtime.kernel.event;
