/** What has to be otherwise than in kafka-clients. */
@NullMarked
package org.apache.kafka.common.memory;

import org.jspecify.annotations.NullMarked;
