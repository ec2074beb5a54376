/**
 * QR codes as SVG: dark on light in every theme, since some readers know no other way round, and without a style attribute,
 * which the policy of our pages would refuse.
 */

/** The QR code of a text. The library is loaded when the first one is drawn. */
export async function qrSvg(text: string): Promise<string> {
  const { renderSVG } = await import('uqr');
  return renderSVG(text, { ecc: 'M', border: 4, pixelSize: 4 });
}
