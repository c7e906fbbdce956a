/* All of the core. Arduino finds a library by a header in its folder src. */
#ifndef MCUAI_ARDUINO_H
#define MCUAI_ARDUINO_H

#include <mcuai/anomaly.h>
#include <mcuai/audio.h>
#include <mcuai/generator.h>
#include <mcuai/mcuai.h>
#include <mcuai/spotter.h>
#include <mcuai/store.h>
#include <mcuai/teller.h>
#include <mcuai/text.h>

#endif
