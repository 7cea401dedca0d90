/** The registry protocol. */
package dev.runtime.plugin.registry;
