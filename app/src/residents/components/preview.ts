import "vant/es/image-preview/style";

export { showImagePreview } from "vant";
