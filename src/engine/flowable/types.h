// The behaviours of flowable types, one function per type; types.cc lists them.
#pragma once

#include "engine/flowable/flowable.h"

namespace gyr::engine {

const Flowable& sequential();
const Flowable& parallel();
const Flowable& if_task();
const Flowable& switch_task();
const Flowable& for_each();
const Flowable& loop();
const Flowable& loop_iteration();
const Flowable& each_sequential();
const Flowable& each_parallel();
const Flowable& allow_failure();
const Flowable& dag();
const Flowable& loop_until();
const Flowable& pause_task();
const Flowable& template_task();
const Flowable& working_directory();
const Flowable& for_each_item();

}  // namespace gyr::engine
