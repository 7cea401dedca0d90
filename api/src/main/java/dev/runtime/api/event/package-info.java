/** Events of the runtime and their listeners. */
package dev.runtime.api.event;
