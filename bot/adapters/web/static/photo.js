// Photos are made small on the phone; drawing them anew leaves their position behind.

const LONGEST = 1600;

export async function smaller(file) {
  if (!file.type.startsWith("image/")) return null;
  const address = URL.createObjectURL(file);
  try {
    const image = await load(address);
    const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", 0.82);
  } catch (error) {
    return null;
  } finally {
    URL.revokeObjectURL(address);
  }
}

// Any other file, as it is.
export function whole(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

function load(address) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("no photo"));
    image.src = address;
  });
}

export function dataUrlToBlob(url) {
  const [head, body] = url.split(",");
  const bytes = atob(body);
  const content = new Uint8Array(bytes.length);
  for (let place = 0; place < bytes.length; place += 1) content[place] = bytes.charCodeAt(place);
  return new Blob([content], { type: head.slice(5).split(";")[0] });
}
