/** Typed, documented configuration: {@link dev.runtime.api.config.ConfigKey} declares, {@link dev.runtime.api.config.Settings} answers. */
package dev.runtime.api.config;
