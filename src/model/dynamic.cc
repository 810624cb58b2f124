#include "model/dynamic.h"

namespace gyr::model {

DynamicSource::DynamicSource(syntax::NodePtr node)
    : node_(std::move(node)), template_(std::make_shared<const expression::ValueTemplate>(node_->to_value())) {}

DynamicSource::DynamicSource(syntax::NodePtr node, base::Value source)
    : node_(std::move(node)), template_(std::make_shared<const expression::ValueTemplate>(std::move(source))) {}

DynamicSource::DynamicSource(base::Value value)
    : template_(std::make_shared<const expression::ValueTemplate>(std::move(value))) {}

}  // namespace gyr::model
