/** The mark of the product: an arched door, ajar. Its colours stand on light and on dark grounds. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<path fill="#3d7a68" d="M16 1C9.4 1 4 6.4 4 13v17a1 1 0 0 0 1 1h22a1 1 0 0 0 1-1V13C28 6.400 22.600 1 16 1Z"/>
<path fill="#f4efe4" d="M16 5a8 8 0 0 0-8 8v14h16V13a8 8 0 0 0-8-8Z"/>
<path fill="#21473c" d="m8 13 9.500-6.500A2 2 0 0 1 19 8.200V29L8 27Z"/>
<circle cx="16" cy="19" r="1.400" fill="#f1c56c"/>
</svg>
`;
